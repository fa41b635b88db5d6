"""What is there when the feed begins: taken as known, part by part, whatever is known already."""

from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from osticket_api.db import tables as t
from osticket_api.db.tables.own_events import api_feed
from osticket_api.db.unit import Write
from osticket_api.events import comparing
from osticket_api.events.comparing import FILLED, fill_part
from osticket_api.events.tailer import Tailer
from osticket_api.events.watches import REFERRAL, Watch
from tests.fixtures.api import Api, running_api
from tests.fixtures.mariadb import program
from tests.fixtures.templates import MariadbTemplate

_PARTS = 4
_FIRST = 100_001


def _add_referrals(tx: Write) -> None:
    ids = range(_FIRST, _FIRST + _PARTS * FILLED)
    tx.insert_many(
        t.thread_referral, [{"id": each, "thread_id": each, "object_id": 1, "object_type": "E"} for each in ids]
    )


def _rows_read_by_filling(tx: Write, part: int) -> int:
    """As the server reads them that goes by old statistics of the table that is being filled."""
    tx.connection.execute(text(f"SET SESSION optimizer_switch = '{program().whole_subqueries}'"))
    tx.connection.execute(text("FLUSH STATUS"))
    fill_part(tx, REFERRAL, _FIRST + part * FILLED)
    return sum(int(count) for _, count in tx.connection.execute(text("SHOW SESSION STATUS LIKE 'Handler_read%'")))


def test_a_late_part_reads_as_few_rows_as_an_early_one(mariadb_demo: MariadbTemplate, tmp_path: Path) -> None:
    with running_api(mariadb_demo.copy(), tmp_path) as api:
        api.write(_add_referrals)
        early, *_, late = [api.write(_rows_read_by_filling, part) for part in range(_PARTS)]
    assert FILLED <= late <= early * 1.5


class Interrupted:
    """Fills as usual, and changes the row of the feed after each part."""

    def __init__(self, **changed: object) -> None:
        self.changed = changed
        self.was_held: list[bool] = []

    def fill_part(self, tx: Write, watch: Watch, first: int) -> None:
        held_until = tx.scalar(select(api_feed.c.held_until))
        self.was_held.append(held_until is not None and held_until > tx.now)
        fill_part(tx, watch, first)
        tx.change(update(api_feed).values(**self.changed))


def _step(api: Api, tailer: Tailer) -> int:
    return int(api.client.portal.call(tailer.step, 0.0))  # type: ignore[union-attr]


def test_lease_is_kept_however_long_it_takes(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Interrupted(held_until=None)
    monkeypatch.setattr(comparing, "fill_part", slow.fill_part)
    _step(api, Tailer(api.database))
    assert len(slow.was_held) > 10
    assert all(slow.was_held)


def test_whoever_lost_the_lease_leaves_the_rest_to_the_other(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    overtaken = Interrupted(holder="somebody else")
    monkeypatch.setattr(comparing, "fill_part", overtaken.fill_part)
    assert _step(api, Tailer(api.database)) == 0
    assert len(overtaken.was_held) == 1
