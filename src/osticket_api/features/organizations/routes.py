"""Organizations over HTTP."""

from osticket_api.access.principal import Staff, User
from osticket_api.access.rules import FETCHES_FILES_OF_PEOPLE, SIGNED_IN, STAFF
from osticket_api.db.unit import Read, Write
from osticket_api.features.forms.api import FormSchema, schema_of_new
from osticket_api.features.organizations import queries
from osticket_api.features.organizations.changing import get_for_update
from osticket_api.features.organizations.requests import (
    Membership,
    OrganizationCreate,
    OrganizationQuery,
    OrganizationUpdate,
)
from osticket_api.features.organizations.responses import OrganizationDetail, OrganizationSummary
from osticket_api.features.organizations.service.create import add_organization
from osticket_api.features.organizations.service.delete import delete_organization
from osticket_api.features.organizations.service.edit import edit_organization
from osticket_api.features.organizations.service.members import add_member, remove_member
from osticket_api.features.tickets.api import TicketQuery, TicketSummary
from osticket_api.features.users.api import DetailQuery, UserQuery, UserSummary
from osticket_api.web.fields import included
from osticket_api.web.file_urls import SignatureQuery, Urls
from osticket_api.web.input import OptionalBody, PathId
from osticket_api.web.paging import Page
from osticket_api.web.results import Created, Download
from osticket_api.web.router import Router

router = Router(tag="organizations", prefix="/organizations")


@router.get("", access=STAFF)
def get_organizations(unit: Read, caller: Staff, query: OrganizationQuery) -> Page[OrganizationSummary]:
    """All organizations, filtered, sorted, page by page."""
    return queries.list_directory(unit, caller, query)


@router.post("", access=STAFF)
def post_organization(unit: Write, caller: Staff, body: OrganizationCreate) -> Created[OrganizationDetail]:
    """Add an organization. Its primary contacts see all its tickets, unless asked otherwise."""
    organization_id = add_organization(unit, caller, body.name, body.properties(), body.custom_fields)
    return Created(queries.get_organization(unit, caller, organization_id))


@router.get("/form", access=STAFF)
def get_new_organization_form(unit: Read, caller: Staff) -> FormSchema:
    """What a new organization asks, as JSON Schema. All but `name` goes into `custom_fields`."""
    return schema_of_new(unit, caller, "O")


@router.get("/{organization}", access=SIGNED_IN)
def get_organization_detail(
    unit: Read, caller: Staff | User, organization: PathId, query: DetailQuery, urls: Urls
) -> OrganizationDetail:
    """An organization. Of users only its primary contacts see it."""
    include = included(query.include, queries.INCLUDES)
    return queries.get_organization(unit, caller, organization, urls, include=include)


@router.get("/{organization}/form", access=STAFF)
def get_organization_form(unit: Read, caller: Staff, organization: PathId) -> FormSchema:
    """What can be changed in the answers of an organization, as JSON Schema."""
    return queries.get_form(unit, caller, organization)


@router.get("/{organization}/files/{file}", access=FETCHES_FILES_OF_PEOPLE)
def get_organization_answer_file(
    unit: Read, caller: Staff | User, organization: PathId, file: PathId, query: SignatureQuery
) -> Download:
    """A file in one of the organization's custom fields, whole or in ranges."""
    return queries.open_answer_file(unit, caller, organization, file)


@router.patch("/{organization}", access=STAFF)
def update_organization(
    unit: Write, caller: Staff, organization: PathId, body: OrganizationUpdate
) -> OrganizationDetail:
    """Change an organization. `domain` and `primary_contacts` are given as a whole."""
    target = get_for_update(unit, caller, organization)
    edit_organization(unit, caller, target, body.properties(), body.custom_fields)
    return queries.get_organization(unit, caller, organization)


@router.delete("/{organization}", access=STAFF)
def delete_organization_route(unit: Write, caller: Staff, organization: PathId) -> None:
    """Delete an organization. Its members and their tickets stay, and belong to none."""
    delete_organization(unit, caller, get_for_update(unit, caller, organization))


@router.get("/{organization}/users", access=SIGNED_IN)
def get_members(unit: Read, caller: Staff | User, organization: PathId, query: UserQuery) -> Page[UserSummary]:
    """The members, with all that lists of users offer."""
    return queries.list_members(unit, caller, organization, query)


@router.put("/{organization}/users/{user}", access=STAFF)
def put_member(
    unit: Write, caller: Staff, organization: PathId, user: PathId, body: OptionalBody[Membership]
) -> OrganizationDetail:
    """Make a user a member, out of any other organization, and a primary contact if asked so."""
    target = get_for_update(unit, caller, organization)
    add_member(unit, caller, target, user, body.is_primary_contact)
    return queries.get_organization(unit, caller, organization)


@router.delete("/{organization}/users/{user}", access=STAFF)
def delete_member(unit: Write, caller: Staff, organization: PathId, user: PathId) -> None:
    """Take a user out of the organization."""
    remove_member(unit, caller, get_for_update(unit, caller, organization), user)


@router.get("/{organization}/tickets", access=SIGNED_IN)
def get_tickets_of_organization(
    unit: Read, caller: Staff | User, organization: PathId, query: TicketQuery
) -> Page[TicketSummary]:
    """The tickets of its members that the caller may see, with all that lists of tickets offer."""
    return queries.list_tickets_of(unit, caller, organization, query)
