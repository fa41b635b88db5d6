"""Setting up a second factor, and taking it away, in the rows that osTicket reads.

Source: people.md 6.5.
"""

from typing import Any

from sqlalchemy import delete

from osticket_api.access.principal import Staff
from osticket_api.access.second_factors import BACKENDS, CHOICE, Method, SecondFactor, find_second_factor, namespace
from osticket_api.db import tables as t
from osticket_api.db.config import load_config, store_config
from osticket_api.db.tables import own
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict
from osticket_api.events import security
from osticket_api.features.auth.passkeys.keeping import count_passkeys, forget_passkeys
from osticket_api.features.auth.second_factor import challenges, codes
from osticket_api.features.auth.second_factor.requests import Enrolment, SecondFactorState
from osticket_api.features.auth.service import end_sessions, mark_session
from osticket_api.kit import php_json

_BACKEND_OF = {method: backend for backend, method in BACKENDS.items()}


def state_of(tx: Read, caller: Staff) -> SecondFactorState:
    """The second factors of the agent who calls."""
    factor = find_second_factor(tx, caller.id)
    is_required = load_config(tx).flag("require_agent_2fa")
    return SecondFactorState(
        method=None if factor is None else factor.method.value,
        passkeys=count_passkeys(tx, caller.id),
        is_required=is_required,
    )


def begin(tx: Write, caller: Staff, method: Method) -> Enrolment:
    """Ask for a first code of the new second factor; nothing changes before it is right.

    Raises: NotAvailable where no mail is sent, TooManyRequests for one code after the other.
    """
    factor = SecondFactor(method, codes.new_secret() if method is Method.totp else "")
    challenge = challenges.ask(tx, caller, factor, "set_up")
    enrolment = Enrolment(
        challenge=challenge.token,
        method=method.value,
        expires_in=int(challenges.LASTS.total_seconds()),
        sent_to=challenge.sent_to,
    )
    if factor.secret:
        issuer = load_config(tx).text("helpdesk_title") or "osTicket"
        enrolment.secret = factor.secret
        enrolment.otpauth_url = codes.address_for_app(factor.secret, name=caller.email, issuer=issuer)
    return enrolment


def finish(tx: Write, caller: Staff, token: str, code: str, session_id: int | None) -> bool:
    """Make the second factor the one of the agent who calls. It ends all other sign-ins. False for a wrong code.

    Raises: Unauthenticated when nobody is asked, or no longer.
    """
    row = challenges.find_open(tx, token, "set_up")
    is_right = challenges.use_code(tx, row, token, code)
    challenges.settle(tx, row, is_right=is_right)
    if not is_right:
        return False
    if row.staff_id != caller.id:
        raise Conflict.because("This challenge was issued to another agent.", field="challenge")
    method = Method(row.method)
    backend = _BACKEND_OF[method]
    settings = {"config": _settings(method, challenges.secret_of(tx, row), caller), "verified": int(tx.now.timestamp())}
    store_config(tx, {backend: php_json.encode(settings), CHOICE: backend}, namespace(caller.id))
    end_sessions(tx, "staff", caller.id, kept=session_id)
    if session_id:
        mark_session(tx, session_id, method.value)
    security.note(tx, "second_factor_set_up", account=caller.key, method=method.value)
    return True


def _settings(method: Method, secret: str, caller: Staff) -> dict[str, Any]:
    if method is Method.totp:
        return {"key": secret, "external2fa": True}
    return {"email": caller.email}


def remove_own(tx: Write, caller: Staff) -> None:
    """Sign in without codes from now on. Raises: Conflict where the help desk demands a second factor."""
    if load_config(tx).flag("require_agent_2fa"):
        raise demanded_by_help_desk()
    _forget_choice(tx, caller, caller.id)


def forget_second_factors(tx: Write, actor: Staff, staff_id: int) -> None:
    """Remove the second factors of an agent who has lost them: the password alone signs in again."""
    _forget_choice(tx, actor, staff_id)
    forget_passkeys(tx, staff_id)


def _forget_choice(tx: Write, actor: Staff, staff_id: int) -> None:
    """Take away osTicket's second factor of an agent, as its panel does: its settings stay, unused."""
    config = t.config.c
    tx.change(delete(t.config).where(config.namespace == namespace(staff_id), config.key == CHOICE))
    tx.change(delete(own.api_challenge).where(own.api_challenge.c.staff_id == staff_id))
    security.note(tx, "second_factor_removed", account=f"staff:{staff_id}", by=actor.key)


def demanded_by_help_desk() -> Conflict:
    return Conflict.because("This help desk demands a second factor of its agents.", code="two_factor_demanded")
