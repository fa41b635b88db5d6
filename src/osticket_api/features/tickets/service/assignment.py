"""Giving a ticket to an agent or a team, and taking it.

Source: tickets.md 1.11 (automatic), 4.2 and 4.3.
"""

from typing import Any

from sqlalchemy import select

from osticket_api.access.permissions import Permission
from osticket_api.access.policy import require, require_settable
from osticket_api.access.principal import ANONYMOUS, Principal, Staff
from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.errors import Conflict, Fault, Invalid
from osticket_api.events.recording import TICKET_FILTER, record
from osticket_api.features.tickets.service.assignees import Assignee, accepts, choose_assignee, get_assignee
from osticket_api.features.tickets.service.comments import add_comment
from osticket_api.features.tickets.service.names import shown_staff_name, staff_name
from osticket_api.features.tickets.service.referrals import add_referral, remove_referral
from osticket_api.features.tickets.service.status import reopen
from osticket_api.features.tickets.state import TicketState, save
from osticket_api.mail import outbox


def assign(
    tx: Write,
    actor: Principal,
    ticket: TicketState,
    assignee: Assignee,
    *,
    comment: str | None = None,
    keep_access: bool = False,
) -> None:
    """Give the ticket to an agent or a team; the other of the two keeps it as well.

    A closed ticket is reopened, and reopening decides anew which agent has it: often it is not the one just named.
    `keep_access`: the previous assignee of the same kind is referred to the ticket.
    Raises: Forbidden, Conflict when they have it already, Invalid when they cannot be chosen.
    Source: tickets.md 4.3, golden README lesson 16
    """
    require(actor, Permission.ticket_assign, ticket)
    require_settable(actor, "ticket", ticket, f"{assignee.kind}_id")
    previous = ticket.staff_id if assignee.kind == "staff" else ticket.team_id
    if previous == assignee.id:
        raise Conflict.because(f"The ticket is assigned to {assignee.name} already.")
    if not accepts(tx, ticket.department_id, assignee):
        message = f"The ticket's department assigns tickets to its members only, and {assignee.name} is not a member."
        raise Invalid.because(message, field="staff_id")
    _give(tx, actor, ticket, assignee, comment)
    if keep_access and previous is not None:
        add_referral(tx, ticket, assignee.referral_kind, previous)


def assign_to(
    tx: Write,
    actor: Principal,
    ticket: TicketState,
    *,
    staff_id: int | None = None,
    team_id: int | None = None,
    comment: str | None = None,
    keep_access: bool = False,
) -> None:
    """`assign` for callers who know ids. Whoever may not assign learns nothing about who is there.

    Raises: as `assign`; Invalid also when there is no such agent or team, or they are not available.
    """
    require(actor, Permission.ticket_assign, ticket)
    require_settable(actor, "ticket", ticket, "team_id" if staff_id is None else "staff_id")
    assignee = choose_assignee(tx, actor, staff_id=staff_id, team_id=team_id)
    assign(tx, actor, ticket, assignee, comment=comment, keep_access=keep_access)


def claim(tx: Write, actor: Principal, ticket: TicketState, *, comment: str | None = None) -> None:
    """Take an open ticket that no agent has. A team that has it keeps it.

    Raises: Forbidden, Conflict when it is closed, somebody's already, or not for this agent.
    Source: tickets.md 4.2
    """
    assert isinstance(actor, Staff)
    require(actor, Permission.ticket_assign, ticket)
    require_settable(actor, "ticket", ticket, "staff_id")
    if not ticket.is_open:
        raise Conflict.because("Only an open ticket can be claimed.", code="not_open")
    if ticket.staff_id is not None:
        holder = {"id": ticket.staff_id, "name": staff_name(tx, ticket.staff_id)}
        raise Conflict(
            Fault("already_assigned", f"The ticket is assigned to {holder['name']} already.", detail={"staff": holder})
        )
    claimer = Assignee("staff", actor.id, actor.name)
    if tx.scalar(select(t.staff.c.onvacation).where(t.staff.c.staff_id == actor.id)):
        raise Conflict.because("You are marked as on vacation: end your vacation first.", code="on_vacation")
    if not accepts(tx, ticket.department_id, claimer):
        raise Conflict.because("The ticket's department assigns tickets to its members only.", code="members_only")
    _give(tx, actor, ticket, claimer, comment)


def _give(tx: Write, actor: Principal, ticket: TicketState, assignee: Assignee, comment: str | None) -> None:
    """Write the assignment: the event comes before a reopening, the comment after it."""
    remove_referral(tx, ticket, assignee.referral_kind, assignee.id)
    save(tx, ticket, **{f"{assignee.kind}_id": assignee.id})
    is_self = isinstance(actor, Staff) and assignee.kind == "staff" and assignee.id == actor.id
    record(tx, "assigned", ticket.subject, actor, data={"claim": True} if is_self else assignee.told)
    if ticket.is_closed:
        reopen(tx, actor, ticket)
    entry_id = None
    if comment:
        name = shown_staff_name(tx, assignee.name) if assignee.kind == "staff" else assignee.name
        title = f"Ticket {'claimed by' if is_self else 'Assigned to'} {name}"
        entry_id = add_comment(tx, actor, ticket, title, comment)
    if not is_self:
        given: dict[str, Any] = {f"{assignee.kind}_id": assignee.id, "comment": comment}
        outbox.post(tx, "ticket.assigned", actor, ticket_id=ticket.id, entry_id=entry_id, **given)


def assign_automatically(
    tx: Write,
    actor: Principal,
    ticket: TicketState,
    *,
    staff_id: int | None,
    team_id: int | None,
) -> None:
    """Assign a new ticket as filters, topics and organizations decide. Agents who are not available are passed over.

    Whoever gets it is told, whether or not the ticket as such is to alert anybody. Source: mail.md 1.6
    """
    for wanted in ({"staff_id": staff_id, "team_id": None}, {"staff_id": None, "team_id": team_id}):
        if any(wanted.values()):
            try:
                assignee = get_assignee(tx, **wanted)
            except Invalid:
                continue
            save(tx, ticket, **{f"{assignee.kind}_id": assignee.id})
            credited = actor if isinstance(actor, Staff) else ANONYMOUS
            record(tx, "assigned", ticket.subject, credited, data={assignee.kind: assignee.id}, label=TICKET_FILTER)
            if assignee.kind == "staff" or ticket.staff_id is None:
                given = {f"{assignee.kind}_id": assignee.id}
                outbox.post(tx, "ticket.assigned", credited, ticket_id=ticket.id, **given)
