"""All things of a list, however many pages it has."""

from collections.abc import AsyncIterator, Iterator
from typing import Any, Protocol

from osticket_client.core.client import AuthenticatedClient
from osticket_client.core.models import Failure

_LARGEST = 100


class ListOperation(Protocol):
    """A module of `osticket_client.core.api` whose operation answers with a page."""

    sync: Any
    asyncio: Any


class Refused(Exception):
    """The server did not answer with a page. `failure` says why."""

    def __init__(self, failure: Failure | None) -> None:
        self.failure = failure
        errors = [] if failure is None else failure.errors
        super().__init__(" ".join(each.message for each in errors) or "The server did not answer with a page.")


def pages(operation: ListOperation, client: AuthenticatedClient, *place: Any, **query: Any) -> Iterator[Any]:
    """Every item of a list, from one page after the other. `place`: the values in the path. Raises: Refused."""
    query = {"per_page": _LARGEST, "total": False, **query}
    while True:
        page = _checked(operation.sync(*place, client=client, **query))
        yield from page.data
        if not page.meta.next_cursor:
            return
        query["cursor"] = page.meta.next_cursor


async def async_pages(
    operation: ListOperation, client: AuthenticatedClient, *place: Any, **query: Any
) -> AsyncIterator[Any]:
    """`pages` with asyncio."""
    query = {"per_page": _LARGEST, "total": False, **query}
    while True:
        page = _checked(await operation.asyncio(*place, client=client, **query))
        for item in page.data:
            yield item
        if not page.meta.next_cursor:
            return
        query["cursor"] = page.meta.next_cursor


def _checked(page: Any) -> Any:
    if page is None or isinstance(page, Failure):
        raise Refused(page)
    return page
