"""Cursors that come back other than they were given out: every list, in each of its orders."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final

import pytest

from osticket_api.kit.cursor import decode_cursor, encode_cursor
from tests.contract.published import Description
from tests.fixtures.api import Api, Caller

pytestmark = [pytest.mark.usefixtures("unchanged"), pytest.mark.xdist_group("altered cursors")]

_OTHERS: Final[tuple[Any, ...]] = (
    "x", 5, -1, 1.5, True, [], {}, b"x", 2**63, float("inf"), float("nan"), datetime(2026, 1, 1),
    datetime(2026, 1, 1, tzinfo=UTC), "\ud7ff" * 300,
)  # fmt: skip


def _lists(desk: Api) -> list[str]:
    """The paths of all lists with cursors; of lists of something that has them, those of a ticket."""
    description = Description(desk)
    paths = [
        route.removeprefix("GET ").replace("{ticket}", "26")
        for route in description.operations
        if route.startswith("GET ") and "cursor" in description.parameters(route, "query")
    ]
    return [path for path in paths if "{" not in path]


def _orders(caller: Caller, path: str) -> Iterator[dict[str, Any]]:
    """The parameters of each order of a list, those of the usual one first."""
    yield {}
    refused = caller.get(path, params={"sort": "no-such-key", **_needed(path)})
    for fault in refused.errors:
        yield from ({"sort": key} for key in (fault.get("detail") or {}).get("allowed", ()))


def _needed(path: str) -> dict[str, str]:
    return {"q": "printer"} if path == "/search" else {}


def _altered(held: Any) -> Iterator[Any]:
    """What a cursor may hold instead: each of its values replaced, and other shapes."""
    yield from ([], {}, None, "x", 5, [held], [*held, 1] if isinstance(held, list) else [held, 1])
    if isinstance(held, list):
        for place, value in enumerate(held):
            yield held[:place]
            for other in [*_OTHERS, *(_altered(value) if isinstance(value, list) else ())]:
                yield [*held[:place], other, *held[place + 1 :]]


def test_an_altered_cursor_is_an_error_or_a_place(desk: Api) -> None:
    alice, tried = desk.staff("alice"), 0
    for path in _lists(desk):
        for order in _orders(alice, path):
            asked = {"per_page": "1", **order, **_needed(path)}
            first = alice.get(path, params=asked)
            cursor = first.meta.get("next_cursor") if first.status == 200 else None
            if cursor is None:
                continue
            assert alice.get(path, params={**asked, "cursor": cursor}).status == 200, (path, order)
            altered = _altered(decode_cursor(cursor, Any))
            for held in islice(altered, 0, None, 7 if order else 1):
                answer = alice.get(path, params={**asked, "cursor": encode_cursor(held)})
                assert answer.status in (200, 422), (path, order, held, answer.errors)
                assert answer.status == 200 or answer.fields == ["cursor"], (path, order, held)
                tried += 1
    assert tried > 1000


@pytest.mark.parametrize("path", ["/tickets", "/tickets?q=printer", "/search?q=printer", "/tickets/26/timeline"])
def test_what_is_not_a_cursor_is_told(desk: Api, path: str) -> None:
    alice = desk.staff("alice")
    for cursor in ("x", "%25", "%C3%A4", "x" * 999, encode_cursor({}), _deep()):
        answer = alice.get(f"{path}{'&' if '?' in path else '?'}cursor={cursor}")
        assert (answer.status, answer.fields) == (422, ["cursor"]), cursor


def _deep() -> str:
    """Lists within lists, as many as a parameter can hold."""
    return urlsafe_b64encode(b"\x91" * 740).decode()
