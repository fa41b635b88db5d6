"""Merging tickets: children give their conversation to a parent and are closed.

Source: tickets.md 4.11, golden README lesson 25 and golden cases 184 to 191.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import update

from osticket_api.access.permissions import Permission
from osticket_api.access.policy import require
from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.flags import TicketFlag
from osticket_api.db.unit import Write
from osticket_api.errors import Fault
from osticket_api.events.recording import record
from osticket_api.features.collaborators import api as collaborators
from osticket_api.features.threads.api import merging
from osticket_api.features.tickets.relations import (
    RELATED,
    is_merge_parent,
    is_merged_child,
    list_children,
    next_sort,
    tell_both,
)
from osticket_api.features.tickets.service.delete import erase
from osticket_api.features.tickets.service.link import cut_links, refuse, require_on_all
from osticket_api.features.tickets.service.referrals import add_referral
from osticket_api.features.tickets.service.set_status import StatusChange, set_status
from osticket_api.features.tickets.service.status import Status, change_status
from osticket_api.features.tickets.state import TicketState, save
from osticket_api.features.users.api import find_user

Mode = Literal["combine", "separate"]

_FLAGS: dict[Mode, int] = {"combine": TicketFlag.COMBINED, "separate": TicketFlag.SEPARATE}


@dataclass(frozen=True, kw_only=True)
class Merge:
    """How tickets are merged. `mode`: whether the panel shows one conversation, or one for each ticket."""

    mode: Mode
    participants: Literal["all", "owner"]
    """Which people of a child take part in the parent: all, or the owner alone."""
    child_status: Status
    parent_status: Status | None = None
    delete_children: bool = False
    move_tasks: bool = False


def merge(tx: Write, actor: Principal, parent: TicketState, children: Sequence[TicketState], how: Merge) -> None:
    """Merge tickets into this one. It cannot be undone.

    As in osTicket's panel this needs `ticket.edit` on the parent and `ticket.merge` on every ticket; deleting the
    children also needs `ticket.delete`, which osTicket does not ask for. Links of all of them are undone first. A
    child is closed even where something stands in the way of closing. What was merged into a child before is now
    merged into the parent.
    Raises: Forbidden, Conflict naming every ticket that cannot be merged, or why the parent cannot get its status.
    """
    require_on_all(actor, Permission.ticket_merge, parent, children)
    if how.delete_children:
        for child in children:
            require(actor, Permission.ticket_delete, child)
    refuse(*(_obstacle(parent, child) for child in children))
    known = {ticket.id: ticket for ticket in (parent, *children)}
    for ticket in known.values():
        cut_links(tx, actor, ticket, known)
    _switch_mode(tx, parent, how.mode)
    for child in children:
        _take_in(tx, actor, parent, child, how.mode)
    for child in children:
        _absorb(tx, actor, parent, child, how)
    if how.parent_status is not None and how.parent_status.id != parent.status_id:
        set_status(tx, actor, parent, StatusChange(status_id=how.parent_status.id))


def _obstacle(parent: TicketState, child: TicketState) -> Fault | None:
    """Why a ticket cannot be merged into another; None when it can."""
    if child.id == parent.id:
        return Fault("same_ticket", f"Ticket #{child.number} cannot be merged into itself.", "tickets")
    for ticket in (parent, child):
        if is_merged_child(ticket):
            return Fault("merged", f"Ticket #{ticket.number} is merged into another one already.", "tickets")
    if is_merge_parent(parent) and is_merge_parent(child):
        message = f"Both #{parent.number} and #{child.number} have tickets that are merged into them."
        return Fault("two_merges", message, "tickets")
    return None


def _switch_mode(tx: Write, parent: TicketState, mode: Mode) -> None:
    """Show all tickets that are merged into one ticket in the same way: the latest merge decides."""
    if is_merge_parent(parent) and not parent.flags & _FLAGS[mode]:
        for child in list_children(tx, parent):
            save(tx, child, flags=_marked(child, mode))


def _take_in(tx: Write, actor: Principal, parent: TicketState, child: TicketState, mode: Mode) -> None:
    """Make the ticket a child, and its children the parent's. Its department keeps what it said in sight."""
    tell_both(tx, actor, "merged", parent, child)
    grandchildren = list_children(tx, child)
    for ticket in (child, *grandchildren):
        save(tx, ticket, parent_id=parent.id, sort=next_sort(tx, parent), flags=_marked(ticket, mode))
    if grandchildren:
        merging.change_parent(tx, child.id, parent.id)
    save(tx, parent, flags=_marked(parent, mode) | TicketFlag.PARENT)
    department_id = child.department_id
    if department_id is None or department_id == parent.department_id:
        return
    if add_referral(tx, parent, "D", department_id):
        record(tx, "referred", parent.subject, actor, data={"dept": department_id})


def _marked(ticket: TicketState, mode: Mode) -> int:
    return ticket.flags & ~RELATED | _FLAGS[mode]


def _absorb(tx: Write, actor: Principal, parent: TicketState, child: TicketState, how: Merge) -> None:
    """Give the parent what the child has, and end the child."""
    _invite(tx, actor, parent, child, how)
    merging.move_entries(tx, child.thread_id, parent.thread_id, parent_id=parent.id, number=child.number)
    child.thread_kind = "C"
    change_status(tx, actor, child, how.child_status, force=True)
    if how.move_tasks or how.delete_children:
        task = t.task.c
        tx.change(update(t.task).where(task.object_id == child.id, task.object_type == "T").values(object_id=parent.id))
    if how.delete_children:
        erase(tx, actor, child, parent)


def _invite(tx: Write, actor: Principal, parent: TicketState, child: TicketState, how: Merge) -> None:
    """Add the people of the child as collaborators of the parent.

    As in osTicket, the event names the owner without an id.
    """
    if how.participants == "all":
        invited = [each.user_id for each in collaborators.list_collaborators(tx, child.thread_id)]
        collaborators.add_all(tx, parent.subject, actor, parent.user_id, invited)
    owner = find_user(tx, user_id=child.user_id) if child.user_id is not None else None
    if owner is not None:
        collaborators.add(tx, parent.subject, actor, parent.user_id, owner, key="")
