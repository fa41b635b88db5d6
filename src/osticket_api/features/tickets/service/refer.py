"""Letting somebody see a ticket who would not otherwise, and taking that back.

Source: tickets.md 4.5.
"""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select

from osticket_api.access.permissions import Permission
from osticket_api.access.policy import require
from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict, Invalid, NotFound
from osticket_api.events.recording import record
from osticket_api.features.tickets.service.assignees import choose_assignee
from osticket_api.features.tickets.service.comments import add_comment
from osticket_api.features.tickets.service.departments import check_in_sight
from osticket_api.features.tickets.service.referrals import add_referral, remove_referral_by_id
from osticket_api.features.tickets.state import TicketState


@dataclass(frozen=True)
class Target:
    """Whom a ticket is referred to."""

    kind: Literal["S", "E", "D"]
    id: int
    name: str
    told: dict[str, Any]
    """The event's data."""


def refer(
    tx: Write,
    actor: Principal,
    ticket: TicketState,
    *,
    staff_id: int | None = None,
    team_id: int | None = None,
    department_id: int | None = None,
    comment: str | None = None,
) -> None:
    """Refer the ticket to one agent, team or department. It stays where and whose it is.

    osTicket asks for the right to assign here, not for the one to refer.
    Raises: Forbidden, Conflict when they have the ticket or the referral already, Invalid when they cannot be chosen.
    """
    require(actor, Permission.ticket_assign, ticket)
    target = _get_target(tx, actor, staff_id, team_id, department_id)
    if target.id == {"S": ticket.staff_id, "E": ticket.team_id, "D": ticket.department_id}[target.kind]:
        raise Conflict.because(f"The ticket is with {target.name} already.")
    if not add_referral(tx, ticket, target.kind, target.id):
        raise Conflict.because(f"The ticket is referred to {target.name} already.", code="already_referred")
    record(tx, "referred", ticket.subject, actor, data=target.told)
    if comment:
        add_comment(tx, actor, ticket, "Referral", comment, alert=True)


def _get_target(
    tx: Read, actor: Principal, staff_id: int | None, team_id: int | None, department_id: int | None
) -> Target:
    """Raises: Invalid naming the field."""
    if department_id is not None:
        check_in_sight(actor, department_id)
        return _get_department(tx, department_id)
    assignee = choose_assignee(tx, actor, staff_id=staff_id, team_id=team_id)
    return Target(assignee.referral_kind, assignee.id, assignee.name, assignee.told)


def _get_department(tx: Read, department_id: int) -> Target:
    name = tx.scalar(select(t.department.c.name).where(t.department.c.id == department_id))
    if name is None:
        raise Invalid.because(f"There is no department {department_id}.", field="department_id")
    return Target("D", department_id, name, {"dept": department_id})


def remove_referral(tx: Write, actor: Principal, ticket: TicketState, referral_id: int) -> None:
    """Take back a referral. Nothing tells of it.

    Raises: Forbidden, NotFound.
    """
    require(actor, Permission.ticket_assign, ticket)
    if not remove_referral_by_id(tx, ticket, referral_id):
        raise NotFound.because(f"The ticket has no referral {referral_id}.")
