"""What is heard when osTicket itself writes: recorded operations, row by row, each row committed by itself.

The rows come in the order of the recording, by table: an event often before the row that it tells of, which is harder
than osTicket's own order. A change that comes after its event is a `ticket.updated`.
"""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from osticket_api.db.engine import Database
from osticket_api.db.own import migrate
from osticket_api.db.tables.own_events import api_event
from osticket_api.events.tailer import Tailer
from tests.events.recorded import hear
from tests.fixtures.compiled import share_compiled
from tests.parity.desk import Desk, on_sqlite
from tests.parity.golden import Case, cases

HEARD = {
    "001": ["ticket.created", "ticket.message_added", "user.created"],
    "076": ["ticket.reply_added", "ticket.assigned", "ticket.answered"],
    "090": ["ticket.note_added"],
    "096": ["ticket.note_added", "ticket.assigned", "ticket.updated"],
    "111": ["ticket.note_added", "ticket.transferred", "ticket.updated"],
    "122": ["ticket.referral_removed"],
    "124": ["ticket.note_added", "ticket.closed", "ticket.updated"],
    "139": ["ticket.deleted"],
    "145": ["ticket.note_added", "ticket.unanswered"],
    "179": ["ticket.collaborator_added", "user.created"],
    "182": ["ticket.collaborator_updated"],
    "195": ["ticket.entry_edited"],
    "202": ["ticket.locked"],
    "240": ["task.deleted"],
    "276": ["organization.created"],
    "299": ["staff.created"],
}
"""By the number of the recording."""


def chosen() -> list[Case]:
    return [case for case in cases() if case.name[:3] in HEARD]


async def heard_in(desk: Desk, case: Case) -> list[str]:
    database = Database(desk.url, pool_size=1)
    share_compiled(database)
    try:
        await database.write(migrate)
        await hear(Tailer(database), desk, case)
        return await database.read(_types)
    finally:
        await database.close()


def _types(tx: Any) -> list[str]:
    return list(tx.scalars(select(api_event.c.type).order_by(api_event.c.number)))


@pytest.mark.parametrize("case", chosen(), ids=lambda case: case.name)
def test_recorded_operation_is_heard_once(tmp_path: Path, case: Case) -> None:
    with on_sqlite(tmp_path) as desk:
        assert asyncio.run(heard_in(desk, case)) == HEARD[case.name[:3]]
