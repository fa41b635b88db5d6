"""Passkeys over HTTP."""

from osticket_api.access.principal import Staff
from osticket_api.access.rules import SETS_UP_SECOND_FACTOR
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Forbidden, Invalid, NotAvailable
from osticket_api.features.auth import login_throttle
from osticket_api.features.auth.passkeys import enrolling, keeping
from osticket_api.features.auth.passkeys.relying_party import relying_party_of
from osticket_api.features.auth.passkeys.requests import (
    Passkey,
    PasskeyCreate,
    PasskeyEnrolment,
    PasskeyQuery,
    PasskeyRemoval,
    PasskeyStart,
    PasskeyUpdate,
)
from osticket_api.features.auth.second_factor.confirming import attempt_of, confirm_password, require_signed_in
from osticket_api.web.call import Call
from osticket_api.web.input import OptionalBody, PathId
from osticket_api.web.paging import Page
from osticket_api.web.results import Created, Secret
from osticket_api.web.router import Router

router = Router(tag="auth", prefix="/auth/passkeys")


@router.post("/enrolment", access=SETS_UP_SECOND_FACTOR)
async def begin_passkey(call: Call, caller: Staff, body: PasskeyStart) -> Secret[PasskeyEnrolment]:
    """Begin to add a passkey: a page gives the `options` to `navigator.credentials.create`."""
    await confirm_password(call, caller, body.current_password)
    party = relying_party_of(call.settings.app_url)
    return Secret(await call.database.write(enrolling.begin, caller, party))


@router.post("", access=SETS_UP_SECOND_FACTOR)
async def post_passkey(call: Call, caller: Staff, body: PasskeyCreate) -> Created[Passkey]:
    """Add the passkey that the browser has made. From now on, every sign-in of the agent needs a passkey, or the code
    of the second factor that the agent has in osTicket. All other sign-ins of the agent end.
    """
    require_signed_in(call)
    party = relying_party_of(call.settings.app_url)
    async with login_throttle.counted(call.database, attempt_of(call, caller.key)):
        passkey_id = await call.database.write(enrolling.finish, caller, party, body, call.session_id)
        if passkey_id is None:
            raise Invalid.because("The passkey was not accepted.", field="credential", code="wrong_passkey")
    return Created(await call.database.read(keeping.get_passkey, caller, passkey_id))


@router.get("", access=SETS_UP_SECOND_FACTOR)
def get_passkeys(unit: Read, caller: Staff, query: PasskeyQuery) -> Page[Passkey]:
    """The passkeys of the agent who calls."""
    _require_person(unit, caller)
    return keeping.list_passkeys(unit, caller, query)


@router.get("/{passkey}", access=SETS_UP_SECOND_FACTOR)
def get_one_passkey(unit: Read, caller: Staff, passkey: PathId) -> Passkey:
    """One of the passkeys of the agent who calls."""
    _require_person(unit, caller)
    return keeping.get_passkey(unit, caller, passkey)


@router.patch("/{passkey}", access=SETS_UP_SECOND_FACTOR)
def patch_passkey(unit: Write, caller: Staff, passkey: PathId, body: PasskeyUpdate) -> Passkey:
    """Give a passkey another name."""
    _require_person(unit, caller)
    keeping.rename_passkey(unit, caller, passkey, body.name)
    return keeping.get_passkey(unit, caller, passkey)


@router.delete("/{passkey}", access=SETS_UP_SECOND_FACTOR)
async def delete_passkey(call: Call, caller: Staff, passkey: PathId, body: OptionalBody[PasskeyRemoval]) -> None:
    """Delete a passkey: nobody can sign in with it any more."""
    await confirm_password(call, caller, body.current_password)
    await call.database.write(enrolling.remove, caller, passkey)


def _require_person(tx: Read, caller: Staff) -> None:
    """Raises: Forbidden with an API key, which may do less than its agent; NotAvailable without tables of our own."""
    if caller.api_key_id is not None:
        raise Forbidden.because("An API key cannot change how its agent signs in.")
    if not tx.has_own_tables:
        raise NotAvailable.because("This server is attached read-only and keeps no passkeys.")
