"""Tickets that were closed long ago are counted, and deleted by a rule."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from osticket_api.access.loading import find_staff
from osticket_api.db import tables as t
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Invalid
from osticket_api.features.privacy.api import RetentionRule, count_due, delete_due
from tests.fixtures.api import Api

TICKETS = (24, 25, 26)


def age(tx: Write) -> None:
    """One ticket closed a year ago, one yesterday, one as old as the first and open."""
    closed, opened = (
        tx.scalar(select(t.ticket_status.c.id).where(t.ticket_status.c.state == state)) for state in ("closed", "open")
    )
    year, day = tx.now - timedelta(days=366), tx.now - timedelta(days=1)
    tx.change(update(t.ticket).values(closed=None))
    for ticket_id, status, moment in zip(TICKETS, (closed, closed, opened), (year, day, year), strict=True):
        values = {"status_id": status, "closed": moment}
        tx.change(update(t.ticket).where(t.ticket.c.ticket_id == ticket_id).values(values))


def as_dora(tx: Write, staff_id: int, rule: RetentionRule) -> int:
    dora = find_staff(tx, staff_id)
    assert dora is not None
    return delete_due(tx, dora, rule)


def left(tx: Read) -> set[int]:
    return set(tx.scalars(select(t.ticket.c.ticket_id).where(t.ticket.c.ticket_id.in_(TICKETS))))


def test_only_tickets_that_are_due_are_counted_and_deleted(api: Api) -> None:
    dora = api.staff("dora").get("/auth/me").data["id"]
    api.write(age)
    rule = RetentionRule(365)
    assert api.write(count_due, rule) == 1
    assert api.write(left) == set(TICKETS)
    assert api.write(as_dora, dora, rule) == 1
    assert api.write(as_dora, dora, rule) == 0
    assert api.write(left) == set(TICKETS[1:])
    entry = api.staff("dora").get("/audit-log").data[0]
    assert entry["changes"] == [{"kind": "privacy_retention", "staff_id": 5, "tickets": [TICKETS[0]], "days": 365}]


def test_status_that_is_not_closed_is_refused(api: Api) -> None:
    with pytest.raises(Invalid, match="Open is not a closed status"):
        api.write(count_due, RetentionRule(1, ["Open"]))
