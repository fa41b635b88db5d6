"""The answer to something that was added to a conversation."""

from collections.abc import Callable, Sequence

from starlette.responses import Response

from osticket_api.features.threads.shapes import Entry
from osticket_api.web.call import Call


def posted(call: Call, url: str) -> Callable[[tuple[Entry, Sequence[str]]], Response]:
    """How to answer with a new entry, and with warnings about what could not be done besides.

    `url`: of the ticket or task whose conversation it is.
    """

    def answer(new: tuple[Entry, Sequence[str]]) -> Response:
        entry, warnings = new
        location = f"{url}/thread/{entry.id}"
        return call.one(entry, status=201, location=location, meta={"warnings": warnings} if warnings else None)

    return answer
