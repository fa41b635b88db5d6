"""The binary log tells of the same as the tables do, at once; nothing is lost or told twice whatever happens to it."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from osticket_api.events.sweeping import Sweep
from tests.events.heard import by_kind
from tests.events.logged import Logged, address
from tests.events.recorded import play
from tests.fixtures.mariadb import Server
from tests.parity.desk import Desk
from tests.parity.golden import Case
from tests.parity.rows import difference, keys, reverse

pytestmark = pytest.mark.xdist_group("binlog")


@contextmanager
def played(desk: Desk, case: Case) -> Iterator[Iterator[None]]:
    """The rows of a case, written as they are asked for, on what the case begins with. All is put back afterwards."""
    desk.apply(case.setup)
    try:
        yield play(desk, case)
    finally:
        touched = {*case.setup, *case.raw["changes"]} & set(desk.original)
        before = {name: desk.original[name] for name in touched}
        after = {name: desk._rows_of(name, keys()[name]) for name in touched}
        desk.apply(reverse(difference(before, after)))


@pytest.mark.parametrize("kind", by_kind())
def test_same_events_come_from_the_log_as_from_the_tables(
    log_server: Server, prepared_log_desk: Desk, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = by_kind()[kind]
    by_tables = asyncio.run(_heard(prepared_log_desk, case, None))
    monkeypatch.setattr(Sweep, "differences", lambda self, tx, now: [])
    by_log = asyncio.run(_heard(prepared_log_desk, case, address(log_server)))
    assert _by_subject(by_log) == _by_subject(by_tables)


async def _heard(desk: Desk, case: Case, where: dict[str, Any] | None) -> list[dict[str, Any]]:
    logged = Logged(desk, where)
    logged.begin_anew()
    try:
        with played(desk, case) as rows:
            await logged.begin()
            for _ in rows:
                await logged.step()
            await logged.settle()
            return await logged.events()
    finally:
        await logged.close()


def test_everything_was_taken_back(prepared_log_desk: Desk) -> None:
    assert difference(prepared_log_desk.original, prepared_log_desk.snapshot()) == {}


def _by_subject(events: list[dict[str, Any]]) -> dict[Any, list[dict[str, Any]]]:
    """Events without what differs from run to run, in the order of each ticket, or of what else they are about."""
    found: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for event in events:
        kept = {name: value for name, value in event.items() if name not in ("id", "number", "occurred_at")}
        told = found[event.get("ticket_id") or (event["subject"]["kind"], event["subject"]["id"])]
        if kept["type"] == "staff.updated" and told and told[-1]["type"] == "staff.updated":
            told[-1] = _as_one(told[-1], kept)
        else:
            told.append(kept)
    return dict(found)


def _as_one(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Two changes of an agent, whose memberships are rows of other tables, as whoever looks only later sees them.

    The test looks at the log after each row; a server waits for a lull, and then hears one change.
    """
    changes = {**first["changes"], **second["changes"]}
    both = {name: [first["changes"].get(name, pair)[0], pair[1]] for name, pair in changes.items()}
    return {**second, "changes": both}
