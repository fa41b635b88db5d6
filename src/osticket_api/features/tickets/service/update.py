"""Changing a ticket in one request: its fields, and where it is, whose, and in which status.

Source: tickets.md 4.1 to 4.6 and 4.9.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from osticket_api.access.field_rules import not_settable
from osticket_api.access.principal import Principal, User
from osticket_api.db.unit import Write
from osticket_api.errors import Forbidden, within
from osticket_api.features.tickets.service.edit import edit_ticket
from osticket_api.features.tickets.service.edit_own import edit_own_ticket
from osticket_api.features.tickets.service.link import link
from osticket_api.features.tickets.service.moves import move_own_ticket, move_ticket
from osticket_api.features.tickets.service.notes import Note, note
from osticket_api.features.tickets.state import TicketState


@dataclass(frozen=True, kw_only=True)
class Update:
    """What a request asks for: changes of fields and the comment on them, a parent, moves, and a note."""

    fields: Mapping[str, Any]
    moves: Mapping[str, Any] = field(default_factory=dict)
    comment: str | None = None
    parent: TicketState | None = None
    note: Note | None = None

    @property
    def edits(self) -> bool:
        """Whether fields are edited. A comment alone is an edit too, and so is a request without any change."""
        if self.fields or self.moves:
            return bool(self.fields)
        return self.comment is not None or not (self.parent or self.note)


def update(tx: Write, actor: Principal, ticket: TicketState, wanted: Update) -> None:
    """Change fields as `edit_ticket` does, link the ticket, move it as `move_ticket` does, and note: all, or nothing.

    Each part asks for its own permission, and leaves the event and the mail of its own. Raises: as those.
    """
    if isinstance(actor, User):
        _update_own(tx, actor, ticket, wanted)
        return
    if wanted.edits:
        edit_ticket(tx, actor, ticket, wanted.fields, wanted.comment)
    if wanted.parent is not None:
        link(tx, actor, wanted.parent, [ticket], field="parent")
    move_ticket(tx, actor, ticket, wanted.moves, None if wanted.edits else wanted.comment)
    if wanted.note is not None:
        with within("note"):
            note(tx, actor, ticket, wanted.note)


def _update_own(tx: Write, actor: User, ticket: TicketState, wanted: Update) -> None:
    foreign = [name for name in ("note", "parent") if getattr(wanted, name) is not None]
    if foreign:
        raise Forbidden(*map(not_settable, foreign))
    if wanted.edits:
        edit_own_ticket(tx, actor, ticket, wanted.fields, wanted.comment)
    move_own_ticket(tx, actor, ticket, wanted.moves)
