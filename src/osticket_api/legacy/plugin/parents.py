"""`parentTicketNumber`: the parent of a ticket, named with a creation or an update. Source: legacy-endpoints.md 3.3."""

from typing import Any

from osticket_api.access.policy import reaches
from osticket_api.access.principal import ApiKey
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict
from osticket_api.features.tickets.api import TicketState, find_parent, hold, link_child, load_ticket, unlink_child
from osticket_api.legacy.answers import LegacyError
from osticket_api.legacy.plugin import queries
from osticket_api.legacy.plugin.choices import read_text
from osticket_api.legacy.plugin.naming import lookups


def find_parent_id(tx: Read, key: ApiKey, field: str, value: Any, *, id_first: bool = False) -> int:
    """The ticket with this number, else with this id. Raises: LegacyError."""
    text = read_text(field, value).strip()
    row = queries.find_ticket_id(tx, lookups(tx, text, id_first=id_first))
    if row is None:
        raise LegacyError(404, "Parent ticket not found")
    if not reaches(key, row.dept_id):
        raise LegacyError(403, "Access denied to parent ticket department")
    return int(row.ticket_id)


def set_parent(tx: Write, key: ApiKey, ticket: TicketState, value: Any) -> None:
    """Make the ticket a child of the one named, and of no other any more."""
    put_below(tx, key, ticket, find_parent_id(tx, key, "parentTicketNumber", value))


def put_below(tx: Write, key: ApiKey, ticket: TicketState, parent_id: int) -> None:
    """Raises: LegacyError when the parent is a child itself, or one of the two is part of a merge."""
    if parent_id == ticket.id:
        raise LegacyError(400, "Cannot link ticket to itself")
    if ticket.parent_id == parent_id:
        return
    hold(tx, [ticket.id, parent_id])
    parent = load_ticket(tx, parent_id)
    if find_parent(tx, parent) is not None:
        raise LegacyError(400, "Parent ticket cannot be a child of another ticket")
    current = find_parent(tx, ticket)
    try:
        if current is not None:
            unlink_child(tx, key, current, ticket)
        link_child(tx, key, parent, ticket)
    except Conflict as conflict:
        raise LegacyError(400, f"Failed to create subticket relationship: {conflict}") from None
