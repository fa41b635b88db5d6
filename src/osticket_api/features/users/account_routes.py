"""Accounts of users, and what users do with their own, over HTTP."""

from osticket_api.access.principal import Staff, User
from osticket_api.access.rules import STAFF, USER, USER_ITSELF
from osticket_api.db.unit import Read, Write
from osticket_api.features.auth.api import PasswordHash, ResetLink
from osticket_api.features.forms.api import FormSchema
from osticket_api.features.users.changing import get_for_update
from osticket_api.features.users.passwords import OwnPasswordHash, SetPasswordHash
from osticket_api.features.users.queries import INCLUDES, get_form, get_user
from osticket_api.features.users.requests import AccountUpdate, DetailQuery, ProfileUpdate, Registration
from osticket_api.features.users.responses import UserDetail
from osticket_api.features.users.service import accounts
from osticket_api.features.users.service.edit import edit_profile
from osticket_api.features.users.service.reset_links import add_reset_link
from osticket_api.web.call import Call
from osticket_api.web.fields import included
from osticket_api.web.file_urls import Urls
from osticket_api.web.input import OptionalBody, PathId
from osticket_api.web.results import Created, Secret
from osticket_api.web.router import Router

router = Router(tag="users", prefix="/users")


@router.get("/me", access=USER)
def get_own_profile(unit: Read, caller: User, query: DetailQuery, urls: Urls) -> UserDetail:
    """The user who calls."""
    return get_user(unit, caller, caller.id, urls, include=included(query.include, INCLUDES))


@router.get("/me/form", access=USER)
def get_own_form(unit: Read, caller: User) -> FormSchema:
    """What users may change in their own answers, as JSON Schema."""
    return get_form(unit, caller, caller.id)


@router.patch("/me", access=USER_ITSELF)
def update_own_profile(
    unit: Write, caller: User, call: Call, body: ProfileUpdate, password: OwnPasswordHash
) -> UserDetail:
    """Change one's own name, answers, time zone and password. A new password ends all other sign-ins."""
    user = get_for_update(unit, caller, caller.id)
    edit_profile(unit, caller, user, {"name": body.name} if body.name else {}, body.answers())
    accounts.change_own(unit, user, body.given(), password, call.session_id)
    return get_user(unit, caller, caller.id)


@router.post("/{user}/register", access=STAFF, location="/users/{user}")
def post_registration(
    unit: Write, caller: Staff, user: PathId, body: OptionalBody[Registration], password: PasswordHash
) -> Created[UserDetail]:
    """Give a user an account, with a password or to be activated.

    With a password they can sign in at once. Without one they choose it by the link that is mailed to them with
    `send_email`, or that `password-reset` gives.
    """
    accounts.register(unit, caller, get_for_update(unit, caller, user), password, body.given())
    return Created(get_user(unit, caller, user))


@router.patch("/{user}/account", access=STAFF)
def update_account(
    unit: Write, caller: Staff, user: PathId, body: AccountUpdate, password: SetPasswordHash
) -> UserDetail:
    """Change user name, password, time zone and flags of an account. A new password confirms it."""
    accounts.change_account(unit, caller, get_for_update(unit, caller, user), password, body.given())
    return get_user(unit, caller, user)


@router.post("/{user}/lock", access=STAFF)
def lock_account(unit: Write, caller: Staff, user: PathId) -> UserDetail:
    """Lock a user's account. All sign-ins of the user end within a second."""
    accounts.lock(unit, caller, get_for_update(unit, caller, user))
    return get_user(unit, caller, user)


@router.post("/{user}/unlock", access=STAFF)
def unlock_account(unit: Write, caller: Staff, user: PathId) -> UserDetail:
    """Unlock a user's account."""
    accounts.unlock(unit, caller, get_for_update(unit, caller, user))
    return get_user(unit, caller, user)


@router.post("/{user}/password-reset", access=STAFF)
def post_reset_link(unit: Write, caller: Staff, user: PathId) -> Secret[ResetLink]:
    """Create a link with which the user chooses a password on osTicket's own page. Give the link to nobody else: it
    signs in whoever has it, and activates an account that is not confirmed yet. No mail is sent.
    """
    return Secret(add_reset_link(unit, caller, get_for_update(unit, caller, user)))
