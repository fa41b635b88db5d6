"""Canned responses over HTTP."""

from typing import Annotated

from starlette.responses import Response

from osticket_api.access.rules import STAFF
from osticket_api.features.canned.queries import get_canned_response, list_canned_responses, preview
from osticket_api.features.canned.schemas import (
    CannedResponseCreate,
    CannedResponseQuery,
    CannedResponseUpdate,
    PreviewQuery,
)
from osticket_api.features.canned.setup import (
    CANNED_RESPONSES,
    add_canned_response,
    delete_canned_response,
    edit_canned_response,
)
from osticket_api.features.canned.shapes import CannedResponse, Preview
from osticket_api.web.call import CallDependency
from osticket_api.web.fields import select_fields
from osticket_api.web.input import PathId, payload, query
from osticket_api.web.paging import Page
from osticket_api.web.router import Router

router = Router(tag="canned responses", prefix="/canned-responses")


@router.read("", access=STAFF, returns=Page[CannedResponse])
async def get_canned_responses(
    call: CallDependency, query: Annotated[CannedResponseQuery, query(CannedResponseQuery)]
) -> Response:
    """The canned responses of the caller's departments and of all.

    Those that are switched off are for whoever manages them.
    """
    page = await call.read(list_canned_responses, query)
    return call.listed(page, select_fields(page.items, CannedResponse, query.fields))


@router.create("", access=STAFF, returns=CannedResponse)
async def post_canned_response(
    call: CallDependency, body: Annotated[CannedResponseCreate, payload(CannedResponseCreate)]
) -> Response:
    """Add a canned response. This takes `canned.manage` in any department."""
    return await CANNED_RESPONSES.create(call, add_canned_response, body.columns(), body.response, body.file_ids)


@router.read("/{canned_response}", access=STAFF, returns=CannedResponse)
async def get_canned_response_detail(call: CallDependency, canned_response: PathId) -> Response:
    """A canned response, its variables as they stand."""
    return call.one(await call.read(get_canned_response, canned_response))


@router.update("/{canned_response}", access=STAFF, returns=CannedResponse)
async def update_canned_response(
    call: CallDependency,
    canned_response: PathId,
    body: Annotated[CannedResponseUpdate, payload(CannedResponseUpdate)],
) -> Response:
    """Change a canned response. `attachments` are given as a whole."""
    return await CANNED_RESPONSES.change(
        call, canned_response, edit_canned_response, body.columns(), body.response, body.file_ids
    )


@router.remove("/{canned_response}", access=STAFF)
async def delete_canned_response_route(call: CallDependency, canned_response: PathId) -> Response:
    """Delete a canned response. 409 while a ticket filter answers with it."""
    return await CANNED_RESPONSES.remove(call, canned_response, delete_canned_response)


@router.act("/{canned_response}/preview", access=STAFF, returns=Preview)
async def preview_canned_response(
    call: CallDependency, canned_response: PathId, query: Annotated[PreviewQuery, query(PreviewQuery)]
) -> Response:
    """A canned response as a reply to this ticket would begin with it. Nothing is written."""
    return call.secret(await call.read(preview, canned_response, query.ticket_id))
