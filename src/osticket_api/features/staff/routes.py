"""Agents over HTTP."""

from typing import Annotated

from osticket_api.access.principal import Staff
from osticket_api.access.rules import ADMINISTRATOR, STAFF
from osticket_api.db.unit import Read, Write
from osticket_api.features.auth.api import PasswordHash, ResetLink, forget_second_factors, hash_password
from osticket_api.features.staff.queries import conditions, get_staff, list_staff, list_tickets_of
from osticket_api.features.staff.requests import PasswordSet, StaffCreate, StaffQuery, StaffUpdate
from osticket_api.features.staff.resource import STAFF_MEMBERS
from osticket_api.features.staff.responses import StaffDetail, StaffSummary
from osticket_api.features.staff.service.create import add_staff
from osticket_api.features.staff.service.delete import delete_staff
from osticket_api.features.staff.service.edit import edit_staff
from osticket_api.features.staff.service.passwords import add_reset_link, set_password
from osticket_api.features.tickets.api import TicketQuery, TicketSummary
from osticket_api.web.handlers import Prepared
from osticket_api.web.input import PathId
from osticket_api.web.paging import Page
from osticket_api.web.results import Created, Secret
from osticket_api.web.router import Router

router = Router(tag="staff", prefix="/staff")


@router.get("", access=STAFF)
def get_staff_list(unit: Read, caller: Staff, query: StaffQuery) -> Page[StaffSummary]:
    """The agents: all of them with `visibility.agents`, else those of the caller's departments.

    `q` looks into names, usernames and addresses.
    """
    return list_staff(unit, caller, query, *conditions(unit, caller, query))


@router.post("", access=ADMINISTRATOR)
def post_staff(unit: Write, caller: Staff, body: StaffCreate, password: PasswordHash) -> Created[StaffDetail]:
    """Add an agent, with a password or with one to choose by the link that `password-reset` gives. With `send_email`
    the agent gets a mail.
    """
    staff_id = add_staff(unit, caller, body.properties(), password)
    return Created(STAFF_MEMBERS.get(unit, caller, staff_id))


@router.get("/{staff}", access=STAFF)
def get_staff_detail(unit: Read, caller: Staff, staff: PathId) -> StaffDetail:
    """An agent."""
    return get_staff(unit, caller, staff)


@router.patch("/{staff}", access=ADMINISTRATOR)
def update_staff(unit: Write, caller: Staff, staff: PathId, body: StaffUpdate) -> StaffDetail:
    """Change an agent. Administrators cannot lock or demote themselves, nor the last administrator."""
    edit_staff(unit, caller, STAFF_MEMBERS.get_for_update(unit, caller, staff), body.given())
    return STAFF_MEMBERS.get(unit, caller, staff)


@router.delete("/{staff}", access=ADMINISTRATOR)
def delete_staff_route(unit: Write, caller: Staff, staff: PathId) -> None:
    """Delete an agent, for good. Tickets and tasks of the agent become unassigned; what the agent wrote stays, under
    the agent's name.
    """
    delete_staff(unit, caller, STAFF_MEMBERS.get_for_update(unit, caller, staff))
    STAFF_MEMBERS.note_deleted(unit, staff)


@router.post("/{staff}/password", access=ADMINISTRATOR)
def set_staff_password(
    unit: Write, caller: Staff, staff: PathId, body: PasswordSet, password: Annotated[str, Prepared(hash_password)]
) -> StaffDetail:
    """Give an agent a password, and end all sign-ins of the agent."""
    row = STAFF_MEMBERS.get_for_update(unit, caller, staff)
    set_password(unit, caller, row, password, must_change=body.must_change_password)
    return STAFF_MEMBERS.get(unit, caller, staff)


@router.delete("/{staff}/two-factor", access=ADMINISTRATOR)
def delete_staff_second_factor(unit: Write, caller: Staff, staff: PathId) -> None:
    """Remove the second factor of an agent who has lost it, and the agent's passkeys. The agent then signs in with the
    password alone, and can set up another second factor.
    """
    row = STAFF_MEMBERS.get_for_update(unit, caller, staff)
    forget_second_factors(unit, caller, row.staff_id)


@router.post("/{staff}/password-reset", access=ADMINISTRATOR)
def post_staff_reset_link(unit: Write, caller: Staff, staff: PathId) -> Secret[ResetLink]:
    """Create a link with which an agent chooses a password on osTicket's own page. Give the link to nobody else: it
    signs in whoever has it. No mail is sent.
    """
    return Secret(add_reset_link(unit, caller, STAFF_MEMBERS.get_for_update(unit, caller, staff)))


@router.get("/{staff}/tickets", access=STAFF)
def get_tickets_of_staff(unit: Read, caller: Staff, staff: PathId, query: TicketQuery) -> Page[TicketSummary]:
    """The tickets assigned to an agent that the caller may see, with all that lists of tickets offer."""
    return list_tickets_of(unit, caller, staff, query)
