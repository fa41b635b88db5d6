"""Quick notes over HTTP."""

from osticket_api.access.principal import Staff
from osticket_api.access.rules import STAFF
from osticket_api.db.unit import Read, Write
from osticket_api.features.notes import service
from osticket_api.features.notes.queries import get_note, list_notes
from osticket_api.features.notes.requests import NoteQuery, NoteText
from osticket_api.features.notes.responses import QuickNote
from osticket_api.web.input import PathId
from osticket_api.web.paging import Page
from osticket_api.web.results import Created
from osticket_api.web.router import Router

router = Router(tag="notes")


@router.get("/users/{user}/notes", access=STAFF)
def get_notes_on_user(unit: Read, caller: Staff, user: PathId, query: NoteQuery) -> Page[QuickNote]:
    """The notes of agents about a user."""
    return list_notes(unit, caller, "U", user, query)


@router.post("/users/{user}/notes", access=STAFF, location="/notes/{id}")
def post_note_on_user(unit: Write, caller: Staff, user: PathId, body: NoteText) -> Created[QuickNote]:
    """Add a note about a user, which the user never sees."""
    note_id = service.add_note(unit, caller, "U", user, body.body)
    return Created(get_note(unit, caller, note_id))


@router.get("/organizations/{organization}/notes", access=STAFF)
def get_notes_on_organization(unit: Read, caller: Staff, organization: PathId, query: NoteQuery) -> Page[QuickNote]:
    """The notes of agents about an organization."""
    return list_notes(unit, caller, "O", organization, query)


@router.post("/organizations/{organization}/notes", access=STAFF, location="/notes/{id}")
def post_note_on_organization(unit: Write, caller: Staff, organization: PathId, body: NoteText) -> Created[QuickNote]:
    """Add a note about an organization."""
    note_id = service.add_note(unit, caller, "O", organization, body.body)
    return Created(get_note(unit, caller, note_id))


@router.get("/notes/{note}", access=STAFF)
def get_quick_note(unit: Read, caller: Staff, note: PathId) -> QuickNote:
    """One note."""
    return get_note(unit, caller, note)


@router.patch("/notes/{note}", access=STAFF)
def update_note(unit: Write, caller: Staff, note: PathId, body: NoteText) -> QuickNote:
    """Change a note: one's own, or with the right to edit what it is about."""
    _check_unchanged(unit, caller, note)
    service.edit_note(unit, caller, note, body.body)
    return get_note(unit, caller, note)


@router.delete("/notes/{note}", access=STAFF)
def delete_note(unit: Write, caller: Staff, note: PathId) -> None:
    """Delete a note: one's own, or with the right to edit what it is about."""
    _check_unchanged(unit, caller, note)
    service.delete_note(unit, caller, note)


def _check_unchanged(unit: Write, caller: Staff, note_id: int) -> None:
    """Compare the note with `If-Match`. Raises: NotFound."""
    if unit.precondition.is_set:
        unit.precondition.check(get_note(unit, caller, note_id))
