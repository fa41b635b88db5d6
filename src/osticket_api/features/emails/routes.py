"""The help desk's own addresses over HTTP."""

from osticket_api.access.principal import Staff
from osticket_api.access.rules import ADMINISTRATOR, STAFF
from osticket_api.db.unit import Read, Write
from osticket_api.features.emails import queries
from osticket_api.features.emails.requests import EmailCreate, EmailQuery, EmailUpdate
from osticket_api.features.emails.responses import Email
from osticket_api.features.emails.service import EMAILS, add_email, delete_email, edit_email
from osticket_api.web.input import PathId
from osticket_api.web.paging import Page
from osticket_api.web.results import Created
from osticket_api.web.router import Router

router = Router(tag="emails", prefix="/emails")


@router.get("", access=STAFF)
def get_system_addresses(unit: Read, caller: Staff, query: EmailQuery) -> Page[Email]:
    """The addresses that people write to, and that answers come from."""
    return queries.list_emails(unit, caller, query)


@router.get("/{address}", access=STAFF)
def get_system_address(unit: Read, caller: Staff, address: PathId) -> Email:
    """An address of the help desk."""
    return queries.get_email(unit, caller, address)


@router.post("", access=ADMINISTRATOR)
def post_system_address(unit: Write, caller: Staff, body: EmailCreate) -> Created[Email]:
    """Add an address. How its mail is sent and fetched is set up by its accounts."""
    email_id = add_email(unit, caller, body.given())
    return Created(EMAILS.get(unit, caller, email_id))


@router.patch("/{address}", access=ADMINISTRATOR)
def update_system_address(unit: Write, caller: Staff, address: PathId, body: EmailUpdate) -> Email:
    """Change an address: its name, and the department of tickets that come to it."""
    edit_email(unit, caller, EMAILS.get_for_update(unit, caller, address), body.given())
    return EMAILS.get(unit, caller, address)


@router.delete("/{address}", access=ADMINISTRATOR)
def delete_system_address(unit: Write, caller: Staff, address: PathId) -> None:
    """Delete an address that nothing uses; with 409 the answer tells what does."""
    delete_email(unit, caller, EMAILS.get_for_update(unit, caller, address))
    EMAILS.note_deleted(unit, address)
