"""Whom a ticket is referred to."""

from typing import Any

from sqlalchemy import Row, and_, select

from osticket_api.access.principal import Principal
from osticket_api.access.scope import reachable_ticket
from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.features.threads.api import PageQuery
from osticket_api.features.tickets.action_responses import Referral
from osticket_api.features.tickets.reference import missing, named
from osticket_api.features.tickets.service.referrals import TARGETS
from osticket_api.web.paging import Page
from osticket_api.web.responses import NamedRef


def list_referrals(tx: Read, principal: Principal, reference: str, query: PageQuery) -> Page[Referral]:
    """The referrals of a ticket the caller may see, oldest first: one query, since a ticket has few.

    Raises: NotFound.
    """
    referral, thread = t.thread_referral.c, t.thread.c
    rows = tx.rows(
        select(
            referral.id, referral.object_type, referral.object_id, referral.created,
            t.staff.c.firstname, t.staff.c.lastname,
            t.team.c.name.label("team"), t.department.c.name.label("department"),
        )
        .select_from(t.ticket)
        .outerjoin(t.thread, and_(thread.object_id == t.ticket.c.ticket_id, thread.object_type.in_(("T", "C"))))
        .outerjoin(t.thread_referral, referral.thread_id == thread.id)
        .outerjoin(t.staff, and_(referral.object_type == "S", t.staff.c.staff_id == referral.object_id))
        .outerjoin(t.team, and_(referral.object_type == "E", t.team.c.team_id == referral.object_id))
        .outerjoin(t.department, and_(referral.object_type == "D", t.department.c.id == referral.object_id))
        .where(named(reference), reachable_ticket(principal))
        .order_by(referral.id)
    )  # fmt: skip
    if not rows:
        raise missing(reference)
    found = [_referral(row) for row in rows if row.id is not None]
    start = (query.page - 1) * query.per_page
    return Page(found[start : start + query.per_page], query.per_page, query.page, len(found))


def _referral(row: Row[Any]) -> Referral:
    name = row.team or row.department or f"{row.firstname or ''} {row.lastname or ''}".strip()
    target = {TARGETS[row.object_type]: NamedRef(row.object_id, name)}
    return Referral(row.id, target.get("staff"), target.get("team"), target.get("department"), row.created)
