"""Changing a ticket in one request: its fields, and where it is, whose, and in which status.

Source: tickets.md 4.1 to 4.6 and 4.9.
"""

from collections.abc import Mapping
from typing import Any

from osticket_api.access.principal import Principal, User
from osticket_api.db.unit import Write
from osticket_api.features.tickets.service.edit import edit_ticket
from osticket_api.features.tickets.service.edit_own import edit_own_ticket
from osticket_api.features.tickets.service.moves import move_own_ticket, move_ticket
from osticket_api.features.tickets.state import TicketState


def update(
    tx: Write,
    actor: Principal,
    ticket: TicketState,
    fields: Mapping[str, Any],
    moves: Mapping[str, Any],
    comment: str | None = None,
) -> None:
    """Change fields as `edit_ticket` does, then move the ticket as `move_ticket` does: all of it, or nothing.

    Each part asks for its own permission, and leaves the event and the mail of its own. Raises: as those.
    """
    edits = bool(fields) or not moves
    if isinstance(actor, User):
        if edits:
            edit_own_ticket(tx, actor, ticket, fields, comment)
        move_own_ticket(tx, actor, ticket, moves)
        return
    if edits:
        edit_ticket(tx, actor, ticket, fields, comment)
    move_ticket(tx, actor, ticket, moves, None if edits else comment)
