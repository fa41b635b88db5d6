"""Quick notes over HTTP."""

from typing import Annotated

from starlette.responses import Response

from osticket_api.access.principal import Principal
from osticket_api.access.rules import STAFF
from osticket_api.db.engine import Write
from osticket_api.features.notes import service
from osticket_api.features.notes.queries import get_note, list_notes
from osticket_api.features.notes.schemas import NoteQuery, NoteText
from osticket_api.features.notes.service import Kind
from osticket_api.features.notes.shapes import QuickNote
from osticket_api.web.call import Call, CallDependency, Precondition
from osticket_api.web.fields import select_fields
from osticket_api.web.input import PathId, payload, query
from osticket_api.web.paging import Page
from osticket_api.web.router import Router

router = Router(tag="notes")


@router.read("/users/{user}/notes", access=STAFF, returns=Page[QuickNote])
async def get_notes_on_user(
    call: CallDependency, user: PathId, query: Annotated[NoteQuery, query(NoteQuery)]
) -> Response:
    """What agents have noted about a user."""
    return await _listed(call, "U", user, query)


@router.create("/users/{user}/notes", access=STAFF, returns=QuickNote)
async def post_note_on_user(
    call: CallDependency, user: PathId, body: Annotated[NoteText, payload(NoteText)]
) -> Response:
    """Note something about a user. The user never sees it."""
    return await _added(call, "U", user, body)


@router.read("/organizations/{organization}/notes", access=STAFF, returns=Page[QuickNote])
async def get_notes_on_organization(
    call: CallDependency, organization: PathId, query: Annotated[NoteQuery, query(NoteQuery)]
) -> Response:
    """What agents have noted about an organization."""
    return await _listed(call, "O", organization, query)


@router.create("/organizations/{organization}/notes", access=STAFF, returns=QuickNote)
async def post_note_on_organization(
    call: CallDependency, organization: PathId, body: Annotated[NoteText, payload(NoteText)]
) -> Response:
    """Note something about an organization."""
    return await _added(call, "O", organization, body)


@router.read("/notes/{note}", access=STAFF, returns=QuickNote)
async def get_quick_note(call: CallDependency, note: PathId) -> Response:
    """One note."""
    return call.one(await call.read(get_note, note))


@router.update("/notes/{note}", access=STAFF, returns=QuickNote)
async def update_note(call: CallDependency, note: PathId, body: Annotated[NoteText, payload(NoteText)]) -> Response:
    """Change a note: one's own, or with the right to edit what it is about."""
    return await call.change(call.one, _edit, call.precondition, note, body.body)


@router.remove("/notes/{note}", access=STAFF)
async def delete_note(call: CallDependency, note: PathId) -> Response:
    """Delete a note: one's own, or with the right to edit what it is about."""
    return await call.change(lambda _: call.nothing(), _delete, call.precondition, note)


async def _listed(call: Call, kind: Kind, object_id: int, query: NoteQuery) -> Response:
    page = await call.read(list_notes, kind, object_id, query)
    return call.listed(page, select_fields(page.items, QuickNote, query.fields))


async def _added(call: Call, kind: Kind, object_id: int, body: NoteText) -> Response:
    def answer(note: QuickNote) -> Response:
        return call.one(note, status=201, location=f"/api/v2/notes/{note.id}")

    return await call.change(answer, _add, kind, object_id, body.body)


def _add(tx: Write, principal: Principal, kind: Kind, object_id: int, body: str) -> QuickNote:
    return get_note(tx, principal, service.add_note(tx, principal, kind, object_id, body))


def _edit(tx: Write, principal: Principal, precondition: Precondition, note_id: int, body: str) -> QuickNote:
    _check(tx, principal, precondition, note_id)
    service.edit_note(tx, principal, note_id, body)
    return get_note(tx, principal, note_id)


def _delete(tx: Write, principal: Principal, precondition: Precondition, note_id: int) -> None:
    _check(tx, principal, precondition, note_id)
    service.delete_note(tx, principal, note_id)


def _check(tx: Write, principal: Principal, precondition: Precondition, note_id: int) -> None:
    if precondition.is_set:
        precondition.check(get_note(tx, principal, note_id))
