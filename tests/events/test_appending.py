"""One order, nothing twice, nothing lost: several tailers, late commits, rollbacks."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert

from osticket_api.db import tables as t
from osticket_api.events import feed
from osticket_api.events.feed import Overtaken, Positions
from osticket_api.events.reading import ENTRIES, advanced
from osticket_api.events.tailer import Tailer
from tests.events.listening import Listening
from tests.fixtures.api import Api

THREAD = 28
"""A conversation of the sample help desk."""


def add_entry(api: Api, number: int) -> None:
    """An entry with this id, as PHP writes one."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    values = {"id": number, "thread_id": THREAD, "type": "N", "poster": "x", "body": "x", "staff_id": 2, "created": now}
    api.write(lambda tx: tx.change(insert(t.thread_entry).values(**values, updated=None)))


def test_row_that_becomes_visible_after_a_later_one_is_heard(api: Api, heard: Listening) -> None:
    last = max(row[0] for row in api.rows(t.thread_entry.select().with_only_columns(t.thread_entry.c.id)))
    add_entry(api, last + 2)
    heard.step()
    assert len(heard.types()) == 1
    add_entry(api, last + 1)
    heard.step()
    assert len(heard.types()) == 1
    heard.settle()
    assert heard.types() == []


def test_gap_that_stays_is_forgotten() -> None:
    row: Any = type("Row", (), {"id": 12})
    start = Positions(high={"entry": 10})
    missing = advanced(ENTRIES, start, [row], [], second=0)
    assert missing.open == {"entry": {"11": 0}}
    assert advanced(ENTRIES, missing, [], [], second=119).open == {"entry": {"11": 0}}
    assert advanced(ENTRIES, missing, [], [], second=121).open == {"entry": {}}


def test_appender_that_was_overtaken_appends_nothing(api: Api, heard: Listening) -> None:
    def twice(tx: Any) -> None:
        since = feed.standing(tx)
        assert since is not None
        feed.append(tx, since, [], since.positions)
        feed.append(tx, since, [], since.positions)

    with pytest.raises(Overtaken):
        api.write(twice)


def test_two_tailers_tell_everything_once(api: Api, heard: Listening) -> None:
    """Both believe that they lead."""
    other = Tailer(api.database)

    async def both() -> None:
        other._lease_until = heard.tailer._lease_until = float("inf")
        await asyncio.gather(*(tailer.step(float(n)) for n in range(5) for tailer in (other, heard.tailer)))

    for _ in range(5):
        answer = api.staff("alice").post("/tickets/26/note", {"body": "<p>x</p>"})
        assert answer.status == 201, answer.errors
        api.client.portal.call(both)  # type: ignore[union-attr]
    heard.settle()
    assert heard.types().count("ticket.note_added") == 5
