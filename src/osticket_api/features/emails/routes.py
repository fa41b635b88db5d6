"""The help desk's own addresses over HTTP."""

from typing import Annotated

from starlette.responses import Response

from osticket_api.access.rules import ADMINISTRATOR, STAFF
from osticket_api.features.emails import queries
from osticket_api.features.emails.schemas import EmailCreate, EmailQuery, EmailUpdate
from osticket_api.features.emails.setup import EMAILS, add_email, delete_email, edit_email
from osticket_api.features.emails.shapes import Email
from osticket_api.web.call import CallDependency
from osticket_api.web.fields import select_fields
from osticket_api.web.input import PathId, payload, query
from osticket_api.web.paging import Page
from osticket_api.web.router import Router

router = Router(tag="emails", prefix="/emails")


@router.read("", access=STAFF, returns=Page[Email])
async def get_system_addresses(call: CallDependency, query: Annotated[EmailQuery, query(EmailQuery)]) -> Response:
    """The addresses that people write to, and that answers come from."""
    page = await call.read(queries.list_emails, query)
    return call.listed(page, select_fields(page.items, Email, query.fields))


@router.read("/{address}", access=STAFF, returns=Email)
async def get_system_address(call: CallDependency, address: PathId) -> Response:
    """An address of the help desk."""
    return call.one(await call.read(queries.get_email, address))


@router.create("", access=ADMINISTRATOR, returns=Email)
async def post_system_address(call: CallDependency, body: Annotated[EmailCreate, payload(EmailCreate)]) -> Response:
    """Add an address. How its mail is fetched and sent is set up in osTicket."""
    return await EMAILS.create(call, add_email, body.given())


@router.update("/{address}", access=ADMINISTRATOR, returns=Email)
async def update_system_address(
    call: CallDependency, address: PathId, body: Annotated[EmailUpdate, payload(EmailUpdate)]
) -> Response:
    """Change an address: its name, and where tickets go that come to it."""
    return await EMAILS.change(call, address, edit_email, body.given())


@router.remove("/{address}", access=ADMINISTRATOR)
async def delete_system_address(call: CallDependency, address: PathId) -> Response:
    """Delete an address that nothing uses; with 409 the answer tells what does."""
    return await EMAILS.remove(call, address, delete_email)
