"""Moving a ticket to another department.

Source: tickets.md 4.6 and golden README lessons 16, 19.
"""

from typing import Any

from sqlalchemy import select

from osticket_api.access.permissions import Permission
from osticket_api.access.policy import require, require_settable
from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.flags import DepartmentFlag, SlaFlag
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict
from osticket_api.events.recording import record
from osticket_api.features.tickets.service.assignees import is_member
from osticket_api.features.tickets.service.comments import add_comment
from osticket_api.features.tickets.service.departments import Department, get_department
from osticket_api.features.tickets.service.names import department_name
from osticket_api.features.tickets.service.referrals import add_referral, remove_referral
from osticket_api.features.tickets.service.status import reopen
from osticket_api.features.tickets.state import TicketState, save
from osticket_api.mail import outbox


def transfer(
    tx: Write,
    actor: Principal,
    ticket: TicketState,
    department_id: int,
    *,
    comment: str | None = None,
    keep_access: bool = False,
) -> None:
    """Move the ticket. A closed one is reopened first thing in the new department.

    An agent who may not have tickets there loses it, without an event. The due date stays what it was, even where the
    new department's SLA takes the place of a transient one.
    `keep_access`: the old department is referred to the ticket.
    Raises: Forbidden, Conflict when it is there already, Invalid when the department cannot be chosen.
    """
    require(actor, Permission.ticket_transfer, ticket)
    require_settable(actor, "ticket", ticket, "department_id")
    old_id = ticket.department_id
    department = get_department(tx, actor, department_id)
    if department.id == old_id:
        raise Conflict.because(f"The ticket is in {department.name} already.")
    save(tx, ticket, department_id=department.id, **_agent_lost(tx, ticket, department))
    if ticket.is_closed:
        reopen(tx, actor, ticket)
    if department.sla_id is not None and _gives_way(tx, ticket.sla_id):
        save(tx, ticket, sla_id=department.sla_id)
    record(tx, "transferred", ticket.subject, actor, data={"dept": department.name})
    remove_referral(tx, ticket, "D", department.id)
    entry_id = None
    if comment:
        title = f"Ticket transferred from {department_name(tx, old_id)} to {department.name}"
        entry_id = add_comment(tx, actor, ticket, title, comment)
    if keep_access and old_id is not None:
        add_referral(tx, ticket, "D", old_id)
    outbox.post(tx, "ticket.transferred", actor, ticket_id=ticket.id, entry_id=entry_id)


def _agent_lost(tx: Read, ticket: TicketState, department: Department) -> dict[str, Any]:
    """A department that assigns to members only does not keep the agent of an open ticket who is not a member."""
    if not ticket.is_open or ticket.staff_id is None or not department.flags & DepartmentFlag.MEMBERS_ONLY:
        return {}
    return {} if is_member(tx, department.id, ticket.staff_id) else {"staff_id": None}


def _gives_way(tx: Read, sla_id: int | None) -> bool:
    """Whether a department's SLA may take the place of this one: there is none, or it is transient."""
    flags: int | None = tx.scalar(select(t.sla.c.flags).where(t.sla.c.id == sla_id))
    return flags is None or bool(flags & SlaFlag.TRANSIENT)
