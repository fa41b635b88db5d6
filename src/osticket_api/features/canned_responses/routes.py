"""Canned responses over HTTP."""

from osticket_api.access.principal import Staff
from osticket_api.access.rules import STAFF
from osticket_api.db.unit import Read, Write
from osticket_api.features.canned_responses.queries import get_canned_response, list_canned_responses, preview
from osticket_api.features.canned_responses.requests import (
    CannedResponseCreate,
    CannedResponseQuery,
    CannedResponseUpdate,
    PreviewQuery,
)
from osticket_api.features.canned_responses.responses import CannedResponse, Preview
from osticket_api.features.canned_responses.service import (
    CANNED_RESPONSES,
    add_canned_response,
    delete_canned_response,
    edit_canned_response,
)
from osticket_api.web.file_urls import FileUrlsQuery, Urls
from osticket_api.web.input import PathId
from osticket_api.web.paging import Page
from osticket_api.web.results import Created, Secret
from osticket_api.web.router import Router

router = Router(tag="canned responses", prefix="/canned-responses")


@router.get("", access=STAFF)
def get_canned_responses(unit: Read, caller: Staff, query: CannedResponseQuery, urls: Urls) -> Page[CannedResponse]:
    """The canned responses of the caller's departments, and those for all departments. Only agents who may manage
    canned responses see disabled ones.
    """
    return list_canned_responses(unit, caller, query, urls)


@router.post("", access=STAFF)
def post_canned_response(unit: Write, caller: Staff, body: CannedResponseCreate) -> Created[CannedResponse]:
    """Add a canned response, which needs `canned.manage` in any department."""
    canned_response_id = add_canned_response(unit, caller, body.columns(), body.response, body.file_ids)
    return Created(CANNED_RESPONSES.get(unit, caller, canned_response_id))


@router.get("/{canned_response}", access=STAFF)
def get_canned_response_detail(
    unit: Read, caller: Staff, canned_response: PathId, query: FileUrlsQuery, urls: Urls
) -> CannedResponse:
    """A canned response, with its variables not filled in."""
    return get_canned_response(unit, caller, canned_response, urls)


@router.patch("/{canned_response}", access=STAFF)
def update_canned_response(
    unit: Write, caller: Staff, canned_response: PathId, body: CannedResponseUpdate
) -> CannedResponse:
    """Change a canned response. `attachments` are given as a whole."""
    edit_canned_response(
        unit,
        caller,
        CANNED_RESPONSES.get_for_update(unit, caller, canned_response),
        body.columns(),
        body.response,
        body.file_ids,
    )
    return CANNED_RESPONSES.get(unit, caller, canned_response)


@router.delete("/{canned_response}", access=STAFF)
def delete_canned_response_route(unit: Write, caller: Staff, canned_response: PathId) -> None:
    """Delete a canned response. 409 while a ticket filter answers with it."""
    delete_canned_response(unit, caller, CANNED_RESPONSES.get_for_update(unit, caller, canned_response))
    CANNED_RESPONSES.note_deleted(unit, canned_response)


@router.post("/{canned_response}/preview", access=STAFF)
def preview_canned_response(
    unit: Read, caller: Staff, canned_response: PathId, query: PreviewQuery, urls: Urls
) -> Secret[Preview]:
    """Fill in a canned response as the beginning of a reply to a ticket. Nothing is written."""
    return Secret(preview(unit, caller, canned_response, query.ticket_id, urls))
