"""Organizations over HTTP."""

from typing import Annotated

from starlette.responses import Response

from osticket_api.access.principal import Principal
from osticket_api.access.rules import SIGNED_IN, STAFF
from osticket_api.db.engine import Write
from osticket_api.features.organizations import queries
from osticket_api.features.organizations.acting import find_to_change, on_organization
from osticket_api.features.organizations.schemas import (
    Membership,
    OrganizationCreate,
    OrganizationQuery,
    OrganizationUpdate,
)
from osticket_api.features.organizations.service.create import add_organization
from osticket_api.features.organizations.service.delete import delete_organization
from osticket_api.features.organizations.service.edit import edit_organization
from osticket_api.features.organizations.service.members import add_member, remove_member
from osticket_api.features.organizations.shapes import Organization, OrganizationDetail
from osticket_api.features.tickets.filters import TicketQuery
from osticket_api.features.tickets.shapes import Ticket
from osticket_api.features.users.schemas import UserQuery
from osticket_api.features.users.shapes import User
from osticket_api.web.call import CallDependency, Precondition
from osticket_api.web.fields import select_fields
from osticket_api.web.input import PathId, payload, query
from osticket_api.web.paging import Page
from osticket_api.web.router import Router

router = Router(tag="organizations", prefix="/organizations")


@router.read("", access=STAFF, returns=Page[Organization])
async def get_organizations(
    call: CallDependency, query: Annotated[OrganizationQuery, query(OrganizationQuery)]
) -> Response:
    """All organizations, filtered, sorted, page by page."""
    page = await call.read(queries.list_organizations, query)
    return call.listed(page, select_fields(page.items, Organization, query.fields))


@router.create("", access=STAFF, returns=OrganizationDetail)
async def post_organization(
    call: CallDependency, body: Annotated[OrganizationCreate, payload(OrganizationCreate)]
) -> Response:
    """Add an organization. Its primary contacts see all its tickets, unless asked otherwise."""

    def answer(organization: OrganizationDetail) -> Response:
        return call.one(organization, status=201, location=f"/api/v2/organizations/{organization.id}")

    return await call.change(answer, _create, body)


def _create(tx: Write, principal: Principal, body: OrganizationCreate) -> OrganizationDetail:
    organization_id = add_organization(tx, principal, body.name, body.properties(), body.custom_fields)
    return queries.get_organization(tx, principal, organization_id)


@router.read("/{organization}", access=SIGNED_IN, returns=OrganizationDetail)
async def get_organization_detail(call: CallDependency, organization: PathId) -> Response:
    """An organization. Of users only its primary contacts see it."""
    return call.one(await call.read(queries.get_organization, organization))


@router.update("/{organization}", access=STAFF, returns=OrganizationDetail)
async def update_organization(
    call: CallDependency, organization: PathId, body: Annotated[OrganizationUpdate, payload(OrganizationUpdate)]
) -> Response:
    """Change an organization. `domain` and `primary_contacts` are given as a whole."""
    return await call.change(
        call.one,
        on_organization,
        call.precondition,
        organization,
        edit_organization,
        body.properties(),
        body.custom_fields,
    )


@router.remove("/{organization}", access=STAFF)
async def delete_organization_route(call: CallDependency, organization: PathId) -> Response:
    """Delete an organization. Its members and their tickets stay, and belong to none."""
    return await call.change(lambda _: call.nothing(), _delete, call.precondition, organization)


def _delete(tx: Write, principal: Principal, precondition: Precondition, organization_id: int) -> None:
    delete_organization(tx, principal, find_to_change(tx, principal, precondition, organization_id))


@router.read("/{organization}/users", access=SIGNED_IN, returns=Page[User])
async def get_members(
    call: CallDependency, organization: PathId, query: Annotated[UserQuery, query(UserQuery)]
) -> Response:
    """The members, with all that lists of users offer."""
    page = await call.read(queries.list_members, organization, query)
    return call.listed(page, select_fields(page.items, User, query.fields))


@router.replace("/{organization}/users/{user}", access=STAFF, returns=OrganizationDetail)
async def put_member(
    call: CallDependency,
    organization: PathId,
    user: PathId,
    body: Annotated[Membership, payload(Membership, optional=True)],
) -> Response:
    """Make a user a member, out of any other organization, and a primary contact if asked so."""
    return await call.change(
        call.one, on_organization, call.precondition, organization, add_member, user, body.is_primary_contact
    )


@router.remove("/{organization}/users/{user}", access=STAFF)
async def delete_member(call: CallDependency, organization: PathId, user: PathId) -> Response:
    """Take a user out of the organization."""
    return await call.change(
        lambda _: call.nothing(), on_organization, call.precondition, organization, remove_member, user
    )


@router.read("/{organization}/tickets", access=SIGNED_IN, returns=Page[Ticket])
async def get_tickets_of_organization(
    call: CallDependency, organization: PathId, query: Annotated[TicketQuery, query(TicketQuery)]
) -> Response:
    """The tickets of its members that the caller may see, with all that lists of tickets offer."""
    page = await call.read(queries.list_tickets_of, organization, query)
    return call.listed(page, select_fields(page.items, Ticket, query.fields))
