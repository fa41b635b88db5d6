"""Accounts of users, and what users do with their own, over HTTP."""

import asyncio
from typing import Annotated, Any

from starlette.responses import Response

from osticket_api.access.passwords import hashed
from osticket_api.access.principal import Principal
from osticket_api.access.rules import STAFF, USER
from osticket_api.db.engine import Write
from osticket_api.features.auth.reset_links import ResetLink
from osticket_api.features.users.acting import find_to_change, on_user
from osticket_api.features.users.passwords import chosen_by_oneself, chosen_for
from osticket_api.features.users.queries import get_user
from osticket_api.features.users.schemas import AccountUpdate, ProfileUpdate, Registration
from osticket_api.features.users.service import accounts
from osticket_api.features.users.service.edit import edit_profile
from osticket_api.features.users.service.reset_links import add_reset_link
from osticket_api.features.users.service.state import UserState
from osticket_api.features.users.shapes import UserDetail
from osticket_api.web.call import Call, CallDependency, Precondition
from osticket_api.web.input import PathId, payload
from osticket_api.web.router import Router

router = Router(tag="users", prefix="/users")


@router.read("/me", access=USER, returns=UserDetail)
async def get_own_profile(call: CallDependency) -> Response:
    """The user who asks."""
    return call.one(await call.read(get_user, _own_id(call)))


@router.update("/me", access=USER, returns=UserDetail)
async def update_own_profile(call: CallDependency, body: Annotated[ProfileUpdate, payload(ProfileUpdate)]) -> Response:
    """Change one's own name, answers, time zone and password. A new password ends all other sign-ins."""
    password = await chosen_by_oneself(call, body.password, body.current_password)
    return await call.change(
        call.one, on_user, call.precondition, _own_id(call), _edit_oneself, body, password, call.session_id
    )


def _edit_oneself(
    tx: Write, actor: Principal, user: UserState, body: ProfileUpdate, password: str | None, session_id: int | None
) -> None:
    edit_profile(tx, user, {"name": body.name} if body.name else {}, body.answers())
    accounts.change_own(tx, user, body.given(), password, session_id)


def _own_id(call: Call) -> int:
    principal: Any = call.principal
    return int(principal.id)


@router.create("/{user}/register", access=STAFF, returns=UserDetail)
async def post_registration(
    call: CallDependency, user: PathId, body: Annotated[Registration, payload(Registration, optional=True)]
) -> Response:
    """Give a user an account, with a password or to be activated.

    With a password they can sign in at once. Without one they choose it by the link that `password-reset` gives: this
    server sends no activation mail.
    """
    password = await asyncio.to_thread(hashed, body.password) if body.password else None

    def answer(registered: UserDetail) -> Response:
        return call.one(registered, status=201, location=f"/api/v2/users/{registered.id}")

    return await call.change(answer, on_user, call.precondition, user, accounts.register, password, body.given())


@router.update("/{user}/account", access=STAFF, returns=UserDetail)
async def update_account(
    call: CallDependency, user: PathId, body: Annotated[AccountUpdate, payload(AccountUpdate)]
) -> Response:
    """Change user name, password, time zone and flags of an account. A new password confirms it."""
    password = await chosen_for(call, user, body.password)
    return await call.change(
        call.one, on_user, call.precondition, user, accounts.change_account, password, body.given()
    )


@router.act("/{user}/lock", access=STAFF, returns=UserDetail)
async def lock_account(call: CallDependency, user: PathId) -> Response:
    """Keep a user from signing in. Their sign-ins end within seconds."""
    return await call.change(call.one, on_user, call.precondition, user, accounts.lock)


@router.act("/{user}/unlock", access=STAFF, returns=UserDetail)
async def unlock_account(call: CallDependency, user: PathId) -> Response:
    """Let a locked user sign in again."""
    return await call.change(call.one, on_user, call.precondition, user, accounts.unlock)


@router.act("/{user}/password-reset", access=STAFF, returns=ResetLink)
async def post_reset_link(call: CallDependency, user: PathId) -> Response:
    """Make a link with which the user chooses a password on osTicket's own page. Hand it over to nobody else.

    It signs in whoever has it, and activates an account that waits for it. This server sends no mail.
    """
    return await call.tell_once(200, _reset_link, user, call.precondition)


def _reset_link(tx: Write, principal: Principal, user_id: int, precondition: Precondition) -> ResetLink:
    return add_reset_link(tx, principal, find_to_change(tx, principal, precondition, user_id))
