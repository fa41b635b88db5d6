"""What agents do with themselves, over HTTP."""

from typing import Annotated, Final

from starlette.responses import Response

from osticket_api.access.rules import STAFF
from osticket_api.errors import Forbidden
from osticket_api.features.auth.passwords import chosen_by_oneself
from osticket_api.features.staff.queries import get_staff
from osticket_api.features.staff.schemas import OwnProfile
from osticket_api.features.staff.service import agent
from osticket_api.features.staff.service.passwords import own_password
from osticket_api.features.staff.service.profile import edit_profile
from osticket_api.features.staff.setup import STAFF_MEMBERS
from osticket_api.features.staff.shapes import StaffDetail
from osticket_api.web.call import Call, CallDependency
from osticket_api.web.input import payload
from osticket_api.web.router import Router

router = Router(tag="staff", prefix="/staff/me")

_TAKES_SIGN_IN: Final = ("email", "password")


@router.read("", access=STAFF, returns=StaffDetail)
async def get_staff_me(call: CallDependency) -> Response:
    """The agent who calls."""
    return call.one(await call.read(get_staff, _own_id(call)))


@router.update("", access=STAFF, returns=StaffDetail)
async def update_staff_me(call: CallDependency, body: Annotated[OwnProfile, payload(OwnProfile)]) -> Response:
    """Change one's own name, address, signature, preferences, vacation and password.

    A new password needs the current one, and ends all other sign-ins. Neither it nor another address can be chosen
    with an API key.
    """
    _refuse_keys(call, body)
    password = await _chosen(call, body)
    changes = body.properties(), body.chosen(), password, call.session_id
    return await STAFF_MEMBERS.change(call, _own_id(call), edit_profile, *changes)


def _refuse_keys(call: Call, body: OwnProfile) -> None:
    """A key may do less than its agent: with another address or password, whoever has it would sign in as the agent."""
    for field in _TAKES_SIGN_IN:
        if call.bearer is None and field in body.model_fields_set:
            raise Forbidden.because(f"The {field} of an agent is not changed with an API key: sign in.", field=field)


async def _chosen(call: Call, body: OwnProfile) -> str | None:
    """The hash of a new password, whose owner knows the current one."""
    if body.password is None:
        return None
    return await chosen_by_oneself(call, await call.read(own_password), body.password, body.current_password)


def _own_id(call: Call) -> int:
    return agent(call.principal).id
