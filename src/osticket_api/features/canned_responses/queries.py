"""Reading canned responses."""

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import UNSET
from sqlalchemy import ColumnElement, Row, Select, or_, select

from osticket_api.access.knowledge import readable_canned_responses, uses_canned_responses
from osticket_api.access.permissions import Permission
from osticket_api.access.principal import Principal, Staff
from osticket_api.access.scope import reachable_ticket
from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.errors import Faults, Forbidden, Invalid, NotFound
from osticket_api.features.canned_responses.filling import fill_text
from osticket_api.features.canned_responses.requests import CannedResponseQuery
from osticket_api.features.canned_responses.responses import CannedResponse, Preview
from osticket_api.features.files.api import attachments_of
from osticket_api.features.rich_text.api import CANNED_RESPONSE, shown_files, shown_html
from osticket_api.query.filtering import NONE, FilterReader
from osticket_api.query.listing import Listing
from osticket_api.query.ordering import sort_keys
from osticket_api.query.small_lists import read_page
from osticket_api.web.file_urls import FileUrls, plain
from osticket_api.web.paging import Page
from osticket_api.web.responses import NamedRef


def list_canned_responses(
    tx: Read, principal: Principal, query: CannedResponseQuery, urls: FileUrls = plain
) -> Page[CannedResponse]:
    """The page of canned responses that the query asks for, among those the caller may read.

    Raises: Forbidden while they are switched off, Invalid.
    """
    require_switched_on(tx)
    canned = t.canned_response.c
    faults = Faults()
    wanted = [readable_canned_responses(principal), *_conditions(FilterReader(tx, principal, query, faults), query)]
    faults.raise_if_any()
    columns = {
        "id": canned.canned_id,
        "title": canned.title,
        "created_at": canned.created,
        "updated_at": canned.updated,
    }
    listing = Listing(principal, query, canned.canned_id, sort_keys(query.sort, columns), wanted)
    return read_page(tx, listing, _select(), lambda rows: _to_response(tx, principal, rows, urls))


def get_canned_response(tx: Read, principal: Principal, canned_id: int, urls: FileUrls = plain) -> CannedResponse:
    """A canned response that the caller may read. Raises: NotFound, Forbidden while they are switched off."""
    require_switched_on(tx)
    this = t.canned_response.c.canned_id == canned_id
    rows = tx.rows(_select().where(this, readable_canned_responses(principal)))
    if not rows:
        raise NotFound.because(f"There is no canned response {canned_id}.")
    return _to_response(tx, principal, rows, urls)[0]


def preview(tx: Read, principal: Principal, canned_id: int, ticket_id: int, urls: FileUrls = plain) -> Preview:
    """A canned response filled in for a ticket; the caller may read both. Raises: NotFound, Invalid, Forbidden."""
    canned = get_canned_response(tx, principal, canned_id, urls)
    seen = select(t.ticket.c.ticket_id).where(t.ticket.c.ticket_id == ticket_id, reachable_ticket(principal))
    if tx.scalar(seen) is None:
        raise Invalid.because(f"There is no ticket {ticket_id}.", field="ticket_id")
    return Preview(response=fill_text(tx, principal, canned.response, ticket_id), attachments=canned.attachments)


def require_switched_on(tx: Read) -> None:
    """Raises: Forbidden where the help desk does without canned responses."""
    if not uses_canned_responses(tx):
        raise Forbidden.because("Canned responses are switched off.", code="canned_responses_disabled")


def _conditions(reader: FilterReader, query: CannedResponseQuery) -> Iterable[ColumnElement[bool]]:
    canned = t.canned_response.c
    yield from reader.references({"department_id": (canned.dept_id, {NONE: None})})
    if query.q is not None:
        yield or_(*(column.contains(query.q, autoescape=True) for column in (canned.title, canned.response)))
    if query.active is not None:
        yield canned.isenabled == query.active


def _select() -> Select[Any]:
    department = t.department.c
    return (
        select(t.canned_response, department.name.label("department_name"))
        .select_from(t.canned_response)
        .outerjoin(t.department, department.id == t.canned_response.c.dept_id)
    )


def _to_response(tx: Read, principal: Principal, rows: Sequence[Row[Any]], urls: FileUrls) -> list[CannedResponse]:
    manages = isinstance(principal, Staff) and principal.may_anywhere(Permission.canned_manage)
    attached = attachments_of(tx, [row.canned_id for row in rows], CANNED_RESPONSE)
    return [
        CannedResponse(
            id=row.canned_id,
            title=row.title,
            response=shown_html(row.response, attached.get(row.canned_id, []), urls),
            department=None if row.dept_id is None else NamedRef(row.dept_id, row.department_name or ""),
            is_active=row.isenabled,
            attachments=shown_files(attached.get(row.canned_id, []), urls),
            notes=row.notes if manages else UNSET,
            created_at=row.created,
            updated_at=row.updated,
        )
        for row in rows
    ]
