"""The second factor over HTTP."""

from osticket_api.access.principal import Staff
from osticket_api.access.rules import SETS_UP_SECOND_FACTOR, SIGNS_IN
from osticket_api.db.unit import Read
from osticket_api.errors import Invalid, Unauthenticated
from osticket_api.features.auth import login_throttle
from osticket_api.features.auth.issuing import issue_tokens
from osticket_api.features.auth.requests import Tokens
from osticket_api.features.auth.second_factor import challenges, setting_up, signing_in
from osticket_api.features.auth.second_factor.confirming import attempt_of, confirm_password, require_signed_in
from osticket_api.features.auth.second_factor.requests import (
    CodeAnswer,
    Enrolment,
    EnrolmentRequest,
    FactorAnswer,
    Removal,
    SecondFactorState,
)
from osticket_api.features.auth.service import require_sessions
from osticket_api.features.auth.sign_in_context import context_of
from osticket_api.web.call import Call
from osticket_api.web.results import Secret
from osticket_api.web.router import Router

router = Router(tag="auth", prefix="/auth/two-factor")


@router.post("", access=SIGNS_IN)
async def answer_challenge(call: Call, body: FactorAnswer) -> Secret[Tokens]:
    """Finish signing in: exchange the challenge of `/auth/login` and a code or a passkey for tokens, or for the cookie
    that was asked for there. Each code is good once.

    `passkey` is what `navigator.credentials.get` has made of the options in `detail.passkey` of the challenge.
    """
    require_sessions(call.database.has_own_tables)
    staff_id = await call.database.read(challenges.find_asked, body.challenge, "sign_in")
    async with login_throttle.counted(call.database, attempt_of(call, f"staff:{staff_id}")):
        done = await call.database.write(signing_in.complete, body, context_of(call))
        if done is None:
            await call.database.write(signing_in.note_wrong, staff_id)
            raise _wrong(body)
    session, is_due = done
    return Secret(issue_tokens(call, session, is_password_due=is_due))


@router.get("", access=SETS_UP_SECOND_FACTOR)
def get_second_factor(unit: Read, caller: Staff) -> SecondFactorState:
    """The second factor of the agent who calls."""
    return setting_up.state_of(unit, caller)


@router.post("/enrolment", access=SETS_UP_SECOND_FACTOR)
async def begin_enrolment(call: Call, caller: Staff, body: EnrolmentRequest) -> Secret[Enrolment]:
    """Begin to set up a second factor, which counts once its first code has been sent to `/auth/two-factor/confirm`."""
    await confirm_password(call, caller, body.current_password)
    return Secret(await call.database.write(setting_up.begin, caller, body.wanted))


@router.post("/confirm", access=SETS_UP_SECOND_FACTOR)
async def confirm_enrolment(call: Call, caller: Staff, body: CodeAnswer) -> Secret[SecondFactorState]:
    """Finish setting up a second factor with its first code. All other sign-ins of the agent end."""
    require_signed_in(call)
    session_id = call.session_id
    async with login_throttle.counted(call.database, attempt_of(call, caller.key)):
        if not await call.database.write(setting_up.finish, caller, body.challenge, body.code, session_id):
            raise Invalid.because("The code is wrong.", field="code", code="wrong_code")
    return Secret(await call.database.read(setting_up.state_of, caller))


@router.post("/remove", access=SETS_UP_SECOND_FACTOR)
async def remove_second_factor(call: Call, caller: Staff, body: Removal) -> None:
    """Remove the caller's second factor, where the help desk allows it: the password alone signs in from now on."""
    await confirm_password(call, caller, body.current_password)
    await call.database.write(setting_up.remove_own, caller)


def _wrong(answer: FactorAnswer) -> Unauthenticated:
    if answer.passkey is not None:
        return Unauthenticated.because("The passkey was not accepted.", field="passkey", code="wrong_passkey")
    return Unauthenticated.because("The code is wrong.", field="code", code="wrong_code")
