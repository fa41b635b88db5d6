"""Users over HTTP."""

from typing import Annotated

from starlette.responses import Response

from osticket_api.access.principal import Principal
from osticket_api.access.rules import SIGNED_IN, STAFF
from osticket_api.db.engine import Write
from osticket_api.features.tickets.filters import TicketQuery
from osticket_api.features.tickets.shapes import Ticket
from osticket_api.features.users.acting import find_to_change, on_user
from osticket_api.features.users.queries import get_user, list_directory, list_tickets_of
from osticket_api.features.users.schemas import DeleteQuery, EmailAdd, UserCreate, UserQuery, UserUpdate
from osticket_api.features.users.service.addresses import add_address, remove_address
from osticket_api.features.users.service.create import add_user
from osticket_api.features.users.service.delete import delete_user
from osticket_api.features.users.service.edit import edit_user
from osticket_api.features.users.shapes import User, UserDetail
from osticket_api.web.call import CallDependency, Precondition
from osticket_api.web.fields import select_fields
from osticket_api.web.input import PathId, payload, query
from osticket_api.web.paging import Page
from osticket_api.web.router import Router

router = Router(tag="users", prefix="/users")


def _url(user_id: int) -> str:
    return f"/api/v2/users/{user_id}"


@router.read("", access=STAFF, returns=Page[User])
async def get_users(call: CallDependency, query: Annotated[UserQuery, query(UserQuery)]) -> Response:
    """The directory of users, filtered, sorted, page by page."""
    page = await call.read(list_directory, query)
    return call.listed(page, select_fields(page.items, User, query.fields))


@router.create("", access=STAFF, returns=UserDetail)
async def post_user(call: CallDependency, body: Annotated[UserCreate, payload(UserCreate)]) -> Response:
    """Add a user. Without an organization they join the one that owns the domain of their address."""

    def answer(user: UserDetail) -> Response:
        return call.one(user, status=201, location=_url(user.id))

    return await call.change(answer, _create, body)


def _create(tx: Write, principal: Principal, body: UserCreate) -> UserDetail:
    user_id = add_user(
        tx,
        principal,
        email=body.email,
        name=body.name,
        answers=body.answers(),
        organization_id=body.organization,
    )
    return get_user(tx, principal, user_id)


@router.read("/{user}", access=SIGNED_IN, returns=UserDetail)
async def get_user_detail(call: CallDependency, user: PathId) -> Response:
    """A user. Users see themselves, and primary contacts the members of their organization."""
    return call.one(await call.read(get_user, user))


@router.update("/{user}", access=STAFF, returns=UserDetail)
async def update_user(call: CallDependency, user: PathId, body: Annotated[UserUpdate, payload(UserUpdate)]) -> Response:
    """Change a user. A new `email` takes the place of the default one, unless it is one of theirs already."""
    return await call.change(call.one, on_user, call.precondition, user, edit_user, body.changes(), body.answers())


@router.remove("/{user}", access=STAFF)
async def delete_user_route(
    call: CallDependency, user: PathId, query: Annotated[DeleteQuery, query(DeleteQuery)]
) -> Response:
    """Delete a user, for good. 409 while they have tickets, unless `tickets=delete` deletes those too."""
    with_tickets = query.tickets == "delete"
    return await call.change(lambda _: call.nothing(), _delete, call.precondition, user, with_tickets)


def _delete(tx: Write, principal: Principal, precondition: Precondition, user_id: int, with_tickets: bool) -> None:
    delete_user(tx, principal, find_to_change(tx, principal, precondition, user_id), with_tickets=with_tickets)


@router.read("/{user}/tickets", access=SIGNED_IN, returns=Page[Ticket])
async def get_tickets_of_user(
    call: CallDependency, user: PathId, query: Annotated[TicketQuery, query(TicketQuery)]
) -> Response:
    """The user's tickets that the caller may see, with all that lists of tickets offer."""
    page = await call.read(list_tickets_of, user, query)
    return call.listed(page, select_fields(page.items, Ticket, query.fields))


@router.create("/{user}/emails", access=STAFF, returns=UserDetail)
async def post_email(call: CallDependency, user: PathId, body: Annotated[EmailAdd, payload(EmailAdd)]) -> Response:
    """Give a user one more address. Mail from any of them is theirs."""

    def answer(changed: UserDetail) -> Response:
        return call.one(changed, status=201, location=_url(changed.id))

    return await call.change(answer, on_user, call.precondition, user, add_address, body.email, body.is_default)


@router.remove("/{user}/emails/{email}", access=STAFF)
async def delete_email(call: CallDependency, user: PathId, email: PathId) -> Response:
    """Take an address from a user. The default one cannot go."""
    return await call.change(lambda _: call.nothing(), on_user, call.precondition, user, remove_address, email)
