"""Reading quick notes."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, select

from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.features.notes.requests import NoteQuery
from osticket_api.features.notes.responses import About, QuickNote
from osticket_api.features.notes.service import Kind, check_subject, find_note, missing
from osticket_api.kit import html
from osticket_api.query.listing import Listing
from osticket_api.query.ordering import sort_keys
from osticket_api.web.paging import Page
from osticket_api.web.responses import NamedRef


def list_notes(tx: Read, principal: Principal, kind: Kind, object_id: int, query: NoteQuery) -> Page[QuickNote]:
    """The notes on a user or an organization that the caller may see. Raises: NotFound."""
    reference = check_subject(tx, principal, kind, object_id)
    note = t.note.c
    keys = sort_keys(query.sort, {"id": note.id, "created_at": note.created, "updated_at": note.updated})
    listing = Listing(principal, query, note.id, keys, [note.ext_id == reference])
    page = listing.ids()
    rows = tx.rows(
        _select_notes()
        .add_columns(*listing.places(page))
        .join(page, page.c.page_id == note.id)
        .order_by(*listing.order(page))
    )
    return listing.page(tx, rows, _to_response)


def get_note(tx: Read, principal: Principal, note_id: int) -> QuickNote:
    """A note on somebody the caller may see. Raises: NotFound."""
    find_note(tx, principal, note_id)
    rows = tx.rows(_select_notes().where(t.note.c.id == note_id))
    if not rows:
        raise missing(note_id)
    return _to_response(rows)[0]


def _select_notes() -> Select[Any]:
    staff = t.staff.c
    return select(t.note, staff.staff_id.label("author_id"), staff.firstname, staff.lastname).join_from(
        t.note, t.staff, staff.staff_id == t.note.c.staff_id, isouter=True
    )


def _to_response(rows: Sequence[Row[Any]]) -> list[QuickNote]:
    return [
        QuickNote(
            row.id,
            About("user" if row.ext_id.startswith("U") else "organization", int(row.ext_id[1:])),
            html.clean(row.body or ""),
            NamedRef(row.author_id, f"{row.firstname} {row.lastname}".strip()) if row.author_id else None,
            row.created,
            row.updated,
        )
        for row in rows
    ]
