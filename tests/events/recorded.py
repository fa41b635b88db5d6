"""What osTicket wrote in a recorded operation, row by row, with values in place of what differs from run to run."""

import re
from collections.abc import Iterator
from typing import Any, Final

from osticket_api.events.tailer import Tailer
from tests.parity.desk import Desk
from tests.parity.golden import Case, Changes

_PLACE: Final = re.compile(r"<(id:(?P<table>\w+):(?P<nth>\d+)|(?P<what>[^<>]+))>")
_WHOLE: Final = re.compile(r"<[^<>]+>")
_NUMBER: Final = "987654"
_ROOM: Final = 100
"""How many new rows of a table a case has at most. Ids grow from case to case, as they do in a help desk."""


def rows_of(case: Case) -> Iterator[Changes]:
    """The changes of a case, one row each, in the order of the case."""
    for table, changes in case.raw["changes"].items():
        for action in ("inserted", "updated", "deleted"):
            for row in changes.get(action, []):
                yield {table: {action: [_filled(row, case)]}}


def play(desk: Desk, case: Case) -> Iterator[None]:
    """Write the changes, and yield after each row."""
    for changes in rows_of(case):
        desk.apply(changes)
        yield


async def hear(tailer: Tailer, desk: Desk, case: Case) -> None:
    """Let the tailer look before the case, after each of its rows, and until it has compared everything anew."""
    now = 0.0
    desk.apply(case.setup)
    await tailer.step(now)
    for _ in play(desk, case):
        now += 0.02
        await tailer.step(now)
    for _ in range(8):
        now += 25
        await tailer.step(now)


def _filled(value: Any, case: Case) -> Any:
    if isinstance(value, dict):
        return {key: _filled(each, case) for key, each in value.items()}
    if not isinstance(value, str):
        return value
    text = _PLACE.sub(lambda place: _text(place, case), value)
    is_id = _WHOLE.fullmatch(value) and text.isdigit() and value.startswith("<id:")
    return int(text) if is_id else text


def _text(place: re.Match[str], case: Case) -> str:
    if place["table"]:
        return str(_ROOM * (10 + int(case.name[:3])) + int(place["nth"]))
    what = place["what"]
    if what.startswith("now"):
        return f"{case.clock:%Y-%m-%d %H:%M:%S}"
    return _NUMBER if what == "number" else what.replace(":", "")[:5]
