"""Linking a child to its parent, and freeing it, as a key does it.

The rows are those of osTicket's own link and unlink, so that osTicket and the plugin both show the relation.
Source: subtickets.md 3, golden cases 192 and 194.
"""

from osticket_api.access.permissions import Permission
from osticket_api.access.policy import require
from osticket_api.access.principal import Principal
from osticket_api.db.unit import Write
from osticket_api.errors import Conflict
from osticket_api.features.tickets.api import (
    find_parent,
    hold,
    is_merged_child,
    link_child,
    load_ticket,
    refresh_index,
    unlink_child,
)


def link(tx: Write, actor: Principal, parent_id: int, child_id: int) -> None:
    """Make one ticket the child of another.

    Raises: Forbidden; Conflict, with the code `same_ticket`, `has_parent`, `merged` or `circle`.
    """
    hold(tx, [parent_id, child_id])
    parent = load_ticket(tx, parent_id)
    child = parent if child_id == parent_id else load_ticket(tx, child_id)
    for ticket in (parent, child):
        require(actor, Permission.ticket_link, ticket)
    link_child(tx, actor, parent, child)
    refresh_index(tx)


def unlink(tx: Write, actor: Principal, child_id: int) -> None:
    """Free a ticket from its parent.

    Raises: Forbidden; Conflict, with the code `not_linked` or `merged`.
    """
    child = load_ticket(tx, child_id)
    require(actor, Permission.ticket_link, child)
    parent = find_parent(tx, child)
    if parent is None:
        raise Conflict.because(f"Ticket #{child.number} has no parent.", code="not_linked")
    if is_merged_child(child):
        raise Conflict.because(f"Ticket #{child.number} is part of a merge, which cannot be undone.", code="merged")
    unlink_child(tx, actor, parent, child)
    refresh_index(tx)
