"""Linking tickets: side by side under a parent, each with its own conversation.

Links lie in the database as osTicket and the Subticket Manager plugin both show them.
Source: tickets.md 4.11 and golden cases 192, 194.
"""

from collections.abc import Sequence

from sqlalchemy import select

from osticket_api.access.permissions import Permission
from osticket_api.access.policy import require, require_settable
from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.flags import TicketFlag
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict, Fault
from osticket_api.features.tickets.relations import (
    Known,
    find_parent,
    forget_children,
    is_merge_parent,
    is_merged_child,
    leave_parent,
    list_children,
    next_sort,
    tell_both,
)
from osticket_api.features.tickets.state import TicketState, save


def link(
    tx: Write, actor: Principal, parent: TicketState, children: Sequence[TicketState], field: str = "tickets"
) -> None:
    """Make tickets children of this one. `field` is where the request names the others.

    As in osTicket's panel this needs `ticket.edit` on the parent, and `ticket.link` on every ticket. A child that has
    a parent already is refused, where osTicket passes over it; links may be nested, as the plugin's are.
    Raises: Forbidden, Conflict naming every child that cannot be linked.
    """
    require_on_all(actor, Permission.ticket_link, parent, children)
    refuse(*(obstacle(tx, parent, child, field) for child in children))
    for child in children:
        _join(tx, actor, parent, child)


def link_child(tx: Write, actor: Principal, parent: TicketState, child: TicketState) -> None:
    """Make one ticket a child of another, whoever asks. Raises: Conflict, Forbidden where that is frozen for them."""
    require_settable(actor, "ticket", child, "parent_id")
    refuse(obstacle(tx, parent, child))
    _join(tx, actor, parent, child)


def _join(tx: Write, actor: Principal, parent: TicketState, child: TicketState) -> None:
    tell_both(tx, actor, "linked", parent, child)
    save(tx, child, parent_id=parent.id, flags=child.flags | TicketFlag.LINKED, sort=next_sort(tx, parent))
    save(tx, parent, flags=parent.flags | TicketFlag.LINKED | TicketFlag.PARENT)


def require_on_all(
    actor: Principal, permission: Permission, parent: TicketState, children: Sequence[TicketState]
) -> None:
    """Check that the actor may relate all these tickets.

    Unlike in osTicket, a referral does not replace the permission. Raises: Forbidden.
    """
    for ticket in (parent, *children):
        require(actor, permission, ticket)
    require(actor, Permission.ticket_edit, parent)
    for child in children:
        require_settable(actor, "ticket", child, "parent_id")


def refuse(*obstacles: Fault | None) -> None:
    """Raises: Conflict with all that stands in the way."""
    found = [fault for fault in obstacles if fault is not None]
    if found:
        raise Conflict(*found)


def obstacle(tx: Write, parent: TicketState, child: TicketState, field: str = "tickets") -> Fault | None:
    """Why a ticket cannot become a linked child of another; None when it can."""
    if child.id == parent.id:
        return Fault("same_ticket", f"Ticket #{child.number} cannot be linked to itself.", field)
    for ticket in (parent, child):
        if is_merged_child(ticket) or is_merge_parent(ticket):
            return Fault("merged", f"Ticket #{ticket.number} is part of a merge.", field)
    if child.parent_id is not None and (number := _number_of(tx, child.parent_id)) is not None:
        return Fault("has_parent", f"Ticket #{child.number} is linked to #{number} already.", field)
    if child.id in _ancestors(tx, parent):
        return Fault("circle", f"Ticket #{parent.number} is a child of #{child.number} already.", field)
    return None


def _number_of(tx: Read, ticket_id: int) -> str | None:
    number: str | None = tx.scalar(select(t.ticket.c.number).where(t.ticket.c.ticket_id == ticket_id))
    return number


def _ancestors(tx: Write, ticket: TicketState) -> set[int]:
    """All tickets above this one, locked, so that nobody closes a circle from the other side meanwhile.

    Other programs may have left a circle there: it ends where it began.
    """
    found: set[int] = set()
    above = ticket.parent_id
    while above is not None and above not in found:
        found.add(above)
        row = tx.locked(select(t.ticket.c.ticket_pid).where(t.ticket.c.ticket_id == above))
        above = row.ticket_pid if row else None
    return found


def unlink(tx: Write, actor: Principal, ticket: TicketState) -> None:
    """Free a ticket from its parent, and from all its children.

    osTicket asks for no permission here; this needs `ticket.link`. A parent that loses its last child is marked as
    none any more, where osTicket leaves the marks when the child is unlinked. Merges cannot be undone.
    Raises: Forbidden, Conflict.
    """
    require(actor, Permission.ticket_link, ticket)
    require_settable(actor, "ticket", ticket, "parent_id")
    if is_merged_child(ticket) or is_merge_parent(ticket):
        raise Conflict.because(f"Ticket #{ticket.number} is part of a merge, which cannot be undone.", code="merged")
    if not cut_links(tx, actor, ticket):
        raise Conflict.because(f"Ticket #{ticket.number} is not linked to another ticket.", code="not_linked")


def cut_links(tx: Write, actor: Principal, ticket: TicketState, known: Known | None = None) -> bool:
    """Undo all links of a ticket, to its parent and to its children. Returns whether there were any."""
    parent = find_parent(tx, ticket, known)
    children = [child for child in list_children(tx, ticket, known) if not is_merged_child(child)]
    if parent is not None:
        unlink_child(tx, actor, parent, ticket)
    for child in children:
        unlink_child(tx, actor, ticket, child)
    return parent is not None or bool(children)


def unlink_child(tx: Write, actor: Principal, parent: TicketState, child: TicketState) -> None:
    """Undo one link, whoever asks. Source: tickets.md 4.11.4."""
    tell_both(tx, actor, "unlinked", child, parent)
    leave_parent(tx, child)
    forget_children(tx, parent)
