"""Reading drafts."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, or_, select

from osticket_api.access.drafts import own_drafts
from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.errors import NotFound
from osticket_api.features.drafts.namespaces import namespaces_about, subject_of
from osticket_api.features.drafts.requests import DraftQuery
from osticket_api.features.drafts.responses import Draft
from osticket_api.features.files.api import DRAFT, attachments_of
from osticket_api.features.rich_text.api import shown_html
from osticket_api.query.listing import Listing
from osticket_api.query.ordering import sort_keys
from osticket_api.query.small_lists import read_page
from osticket_api.web.file_urls import FileUrls, plain
from osticket_api.web.paging import Page


def list_drafts(tx: Read, principal: Principal, query: DraftQuery, urls: FileUrls = plain) -> Page[Draft]:
    """The caller's drafts."""
    draft = t.draft.c
    keys = sort_keys(query.sort, {"id": draft.id, "created_at": draft.created, "updated_at": draft.updated})
    listing = Listing(principal, query, draft.id, keys, [own_drafts(principal), *_conditions(query)])
    return read_page(tx, listing, select(t.draft), lambda rows: _to_responses(tx, rows, urls))


def get_draft(tx: Read, principal: Principal, draft_id: int, urls: FileUrls = plain) -> Draft:
    """One of the caller's drafts. Raises: NotFound."""
    return _to_responses(tx, [find_draft(tx, principal, draft_id)], urls)[0]


def find_draft(tx: Read, principal: Principal, draft_id: int) -> Row[Any]:
    """Raises: NotFound."""
    row = tx.row(select(t.draft).where(t.draft.c.id == draft_id, own_drafts(principal)))
    if row is None:
        raise NotFound.because(f"There is no draft {draft_id}.")
    return row


def _conditions(query: DraftQuery) -> Iterable[ColumnElement[bool]]:
    for field, value in (("ticket_id", query.ticket_id), ("task_id", query.task_id)):
        if value is not None:
            yield or_(*(t.draft.c.namespace == each for each in namespaces_about(field, value)))


def _to_responses(tx: Read, rows: Sequence[Row[Any]], urls: FileUrls) -> list[Draft]:
    attached = attachments_of(tx, [row.id for row in rows], DRAFT)
    found = []
    for row in rows:
        subject = subject_of(row.namespace)
        found.append(
            Draft(
                id=row.id,
                kind=subject.kind,
                ticket_id=subject.ticket_id,
                task_id=subject.task_id,
                body=shown_html(row.body, attached.get(row.id, []), urls).strip(),
                created_at=row.created,
                updated_at=row.updated,
            )
        )
    return found
