"""What is there when the feed begins: taken as known, part by part, whatever is known already."""

from pathlib import Path

from sqlalchemy import text

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.events.comparing import FILLED, fill_part
from osticket_api.events.watches import REFERRAL
from tests.fixtures.api import running_api
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
    tx.connection.execute(text("SET SESSION optimizer_switch = 'in_to_exists=off'"))
    tx.connection.execute(text("FLUSH STATUS"))
    fill_part(tx, REFERRAL, _FIRST + part * FILLED)
    return sum(int(count) for _, count in tx.connection.execute(text("SHOW SESSION STATUS LIKE 'Handler_read%'")))


def test_a_late_part_reads_as_few_rows_as_an_early_one(mariadb_demo: MariadbTemplate, tmp_path: Path) -> None:
    with running_api(mariadb_demo.copy(), tmp_path) as api:
        api.write(_add_referrals)
        early, *_, late = [api.write(_rows_read_by_filling, part) for part in range(_PARTS)]
    assert FILLED <= late <= early * 1.5
