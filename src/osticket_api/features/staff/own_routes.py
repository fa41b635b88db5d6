"""Routes of agents about themselves."""

from typing import Annotated, Final

from osticket_api.access.principal import Staff
from osticket_api.access.rules import STAFF, STAFF_ITSELF
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Forbidden
from osticket_api.features.auth.api import check_due, chosen_by_oneself, confirm
from osticket_api.features.staff.queries import get_staff
from osticket_api.features.staff.requests import OwnProfile
from osticket_api.features.staff.resource import STAFF_MEMBERS
from osticket_api.features.staff.responses import StaffDetail
from osticket_api.features.staff.service.passwords import own_password
from osticket_api.features.staff.service.profile import edit_profile
from osticket_api.kit.identity import is_same
from osticket_api.web.call import Call
from osticket_api.web.handlers import Prepared
from osticket_api.web.router import Router

router = Router(tag="staff", prefix="/staff/me")

_TAKES_SIGN_IN: Final = ("email", "password")


async def _chosen_by_oneself(call: Call, caller: Staff, body: OwnProfile) -> str | None:
    """The hash of a new password, if there is one. Who changes how they sign in knows the current one.

    A key may do less than its agent: with another address or password, whoever has it would sign in as the agent.

    Raises: Forbidden with an API key, and for other changes while a new password is due; Invalid; TooManyRequests
    after too many wrong guesses.
    """
    check_due(caller, body.model_fields_set)
    for field in _TAKES_SIGN_IN:
        if call.sign_in is None and field in body.model_fields_set:
            raise Forbidden.because(f"The {field} of an agent cannot be changed with an API key: sign in.", field=field)
    is_moving = body.email is not None and not is_same(body.email, caller.email)
    if body.password is None and not is_moving:
        return None
    stored = await call.database.read(own_password, caller)
    if body.password is None:
        await confirm(call, stored, body.current_password)
        return None
    return await chosen_by_oneself(call, stored, body.password, body.current_password)


@router.get("", access=STAFF)
def get_staff_me(unit: Read, caller: Staff) -> StaffDetail:
    """The agent who calls."""
    return get_staff(unit, caller, caller.id)


@router.patch("", access=STAFF_ITSELF)
def update_staff_me(
    unit: Write,
    caller: Staff,
    call: Call,
    body: OwnProfile,
    password: Annotated[str | None, Prepared(_chosen_by_oneself)],
) -> StaffDetail:
    """Change one's own name, address, signature, preferences, vacation and password.

    A new password and another address, by which agents sign in too, need the current password. Neither can be chosen
    with an API key. A new password ends all other sign-ins.
    """
    row = STAFF_MEMBERS.get_for_update(unit, caller, caller.id)
    edit_profile(unit, caller, row, body.properties(), body.chosen(), password, call.session_id)
    return STAFF_MEMBERS.get(unit, caller, caller.id)
