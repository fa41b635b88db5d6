"""What another program writes is seen in time, though it cannot tell this server to forget what it has kept."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import update

from osticket_api.db import tables as t
from osticket_api.db.engine import Database
from osticket_api.db.unit import Write
from tests.features.tickets.acts import ALICES
from tests.fixtures.api import Api

OUT = 401
RIGHTS, STATUSES = 2.5, 5.5
"""Seconds after which rights and the names of statuses are as the database has them."""


def elsewhere(api: Api, statement: Any) -> None:
    """Change the database over a connection that is not this server's."""

    async def run() -> None:
        other = Database(api.database.url, pool_size=1)
        try:
            await other.write(change)
        finally:
            await other.close()

    def change(tx: Write) -> None:
        tx.change(statement)

    asyncio.run(run())


def becomes(wanted: Any, ask: Callable[[], Any], within: float) -> None:
    """The answer is this one within so many seconds."""
    end = time.monotonic() + within
    while (answer := ask()) != wanted and time.monotonic() < end:
        time.sleep(0.1)
    assert answer == wanted


def test_a_ticket_is_read_as_it_is(api: Api) -> None:
    alice = api.staff("alice")
    path = f"/tickets/{ALICES}"
    assert alice.get(path).data["is_overdue"] is False
    elsewhere(api, update(t.ticket).where(t.ticket.c.ticket_id == ALICES).values(isoverdue=True, source="Other"))
    assert (alice.get(path).data["is_overdue"], alice.get(path).data["source"]) == (True, "Other")


def test_an_agent_who_is_locked_is_out_within_seconds(api: Api) -> None:
    alice = api.staff("alice")
    assert alice.get("/tickets?per_page=1").status == 200
    elsewhere(api, update(t.staff).where(t.staff.c.username == "alice").values(isactive=False))
    becomes(OUT, lambda: alice.get("/tickets?per_page=1").status, RIGHTS)


def test_a_status_is_found_by_its_new_name_within_seconds(api: Api) -> None:
    alice = api.staff("alice")
    assert alice.get("/tickets?status=Resolved").status == 200
    elsewhere(api, update(t.ticket_status).where(t.ticket_status.c.name == "Resolved").values(name="Solved"))
    becomes(200, lambda: alice.get("/tickets?status=Solved").status, STATUSES)
