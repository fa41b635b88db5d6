"""Writing quick notes. Every agent who sees a user or an organization may add one; who wrote a note keeps it.

osTicket lets every agent change every note; here that takes the right to edit what the note is about.
Source: people.md 1.1, golden cases 273 to 275.
"""

from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import delete, select, update

from osticket_api.access.people import visible_organizations, visible_users
from osticket_api.access.permissions import GlobalPermission
from osticket_api.access.policy import require_global
from osticket_api.access.principal import Principal, Staff
from osticket_api.db import tables as t
from osticket_api.db.unit import Read, Write
from osticket_api.errors import NotFound

Kind = Literal["U", "O"]

_EDITS: Final = {"U": GlobalPermission.user_edit, "O": GlobalPermission.org_edit}


@dataclass(frozen=True)
class Note:
    id: int
    kind: Kind
    staff_id: int | None


def check_subject(tx: Read, principal: Principal, kind: Kind, object_id: int) -> str:
    """How notes name the user or organization. Raises: NotFound when the caller cannot see it."""
    if kind == "U":
        seen = select(t.user.c.id).where(t.user.c.id == object_id, visible_users(principal))
    else:
        organization = t.organization.c
        seen = select(organization.id).where(organization.id == object_id, visible_organizations(principal))
    if tx.scalar(seen) is None:
        what = "user" if kind == "U" else "organization"
        raise NotFound.because(f"There is no {what} {object_id}.")
    return f"{kind}{object_id}"


def find_note(tx: Read, principal: Principal, note_id: int) -> Note:
    """A note on somebody the caller may see. Raises: NotFound."""
    row = tx.row(select(t.note.c.id, t.note.c.ext_id, t.note.c.staff_id).where(t.note.c.id == note_id))
    kind, number = (row.ext_id or "")[:1] if row else "", (row.ext_id or "")[1:] if row else ""
    if row is None or kind not in _EDITS or not number.isdigit():
        raise missing(note_id)
    known: Kind = "U" if kind == "U" else "O"
    check_subject(tx, principal, known, int(number))
    return Note(row.id, known, row.staff_id)


def missing(note_id: int) -> NotFound:
    return NotFound.because(f"There is no note {note_id}.")


def add_note(tx: Write, actor: Principal, kind: Kind, object_id: int, body: str) -> int:
    """Add a note. Returns its id. Raises: NotFound."""
    reference = check_subject(tx, actor, kind, object_id)
    staff_id = actor.id if isinstance(actor, Staff) else None
    tx.note_effect("note", about=reference)
    return tx.insert(t.note, staff_id=staff_id, ext_id=reference, body=body, created=tx.now, updated=tx.now)


def edit_note(tx: Write, actor: Principal, note_id: int, body: str) -> None:
    """Change the text of a note. Raises: NotFound, Forbidden for the note of somebody else."""
    note = _to_change(tx, actor, note_id)
    change = update(t.note).where(t.note.c.id == note.id, t.note.c.body != body)
    if tx.change(change.values(body=body, updated=tx.now)):
        tx.note_effect("note", id=note.id, changed=True)


def delete_note(tx: Write, actor: Principal, note_id: int) -> None:
    """Delete a note. Raises: NotFound, Forbidden for the note of somebody else."""
    note = _to_change(tx, actor, note_id)
    tx.change(delete(t.note).where(t.note.c.id == note.id))
    tx.note_effect("note", id=note.id, deleted=True)


def _to_change(tx: Write, actor: Principal, note_id: int) -> Note:
    note = find_note(tx, actor, note_id)
    if not isinstance(actor, Staff) or note.staff_id != actor.id:
        require_global(actor, _EDITS[note.kind])
    return note
