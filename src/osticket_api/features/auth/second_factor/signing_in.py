"""Signing in with a password, and with a second factor where there is one.

Source: people.md 6.2, 6.5.
"""

from osticket_api.access.principal import Staff
from osticket_api.access.second_factors import Method, SecondFactor, find_second_factor
from osticket_api.db.unit import Read, Write
from osticket_api.errors import ApiError, NotAvailable, Unauthenticated
from osticket_api.events import security
from osticket_api.features.auth import provider_sessions
from osticket_api.features.auth.provider_sessions import Arrival
from osticket_api.features.auth.renewing import Renewal, renew
from osticket_api.features.auth.second_factor import challenges, codes
from osticket_api.features.auth.second_factor.challenges import Challenge
from osticket_api.features.auth.service import Session
from osticket_api.features.auth.signing_in import let_in, sign_in
from osticket_api.features.auth.visits import Visit


def enter(
    tx: Write, subject: str, visit: Visit, renewal: Renewal | None = None, *, by_password: bool = True
) -> Challenge | tuple[Session, bool]:
    """Begin a session for who has the right password, or ask for the second factor first.

    A renewal replaces the outdated hash of the password.
    Returns the session, and whether the password must be changed first of all. Raises: as `let_in`.
    """
    principal = let_in(tx, subject, visit.ip)
    if renewal is not None:
        renew(tx, subject, renewal)
    factor = find_second_factor(tx, principal.id) if isinstance(principal, Staff) else None
    if factor is None or not isinstance(principal, Staff):
        return sign_in(tx, subject, visit, by_password=by_password)
    _check_usable(factor)
    try:
        return challenges.ask(tx, principal, factor, "sign_in", visit.mode)
    except NotAvailable as reason:
        raise cannot_ask(str(reason)) from None


def complete(tx: Write, token: str, code: str, visit: Visit) -> tuple[Session, bool] | None:
    """Begin the session of an agent who answers a challenge. None for a wrong code.

    Raises: Unauthenticated when nobody is asked, or no longer; as `let_in`.
    """
    staff_id = challenges.find_asked(tx, token, "sign_in")
    factor = find_second_factor(tx, staff_id)
    row = challenges.take_answer(tx, token, "sign_in", code, factor.secret if factor else None)
    if row is None:
        return None
    subject = f"staff:{staff_id}"
    if factor is None or factor.method != row.method:
        raise Unauthenticated.because("Your second factor has changed; sign in again.", code="challenge_invalid")
    came_by_provider = provider_sessions.is_awaited(tx, token)
    begun = sign_in(
        tx, subject, visit.by(row.mode), second_factor=factor.method.value, by_password=not came_by_provider
    )
    if came_by_provider:
        provider_sessions.complete(tx, token, begun[0].id)
    return begun


def enter_from_provider(tx: Write, subject: str, visit: Visit, arrival: Arrival) -> Challenge | tuple[Session, bool]:
    """Begin a session for who has signed in at an identity provider, as `enter` does.

    What they have shown there beside their password may count as the second factor.
    """
    if arrival.second_factor is not None:
        entered: Challenge | tuple[Session, bool] = sign_in(
            tx, subject, visit, second_factor=arrival.second_factor, by_password=False
        )
    else:
        entered = enter(tx, subject, visit, by_password=False)
    if isinstance(entered, Challenge):
        provider_sessions.keep(tx, arrival, challenge=entered.token)
    else:
        provider_sessions.keep(tx, arrival, session_id=entered[0].id)
    return entered


def check_without_tables(tx: Read, subject: str, ip: str) -> bool:
    """Let in who needs no second factor, where no session can be kept. Returns whether the password must be changed.

    Raises: as `let_in`; Unauthenticated for who has a second factor: used codes could not be remembered.
    """
    principal = let_in(tx, subject, ip)
    if isinstance(principal, Staff) and find_second_factor(tx, principal.id) is not None:
        raise cannot_ask("This server is attached read-only and cannot ask for it.")
    return principal.must_change_password


def demanded(challenge: Challenge) -> ApiError:
    """What a right password is answered with where a code is due."""
    where = (
        f"the code that was mailed to {challenge.sent_to}" if challenge.sent_to else "the code of your authenticator"
    )
    detail = {
        "challenge": challenge.token,
        "method": challenge.method.value,
        "expires_in": int(challenges.LASTS.total_seconds()),
        **({"sent_to": challenge.sent_to} if challenge.sent_to else {}),
    }
    message = f"Send {where} to /auth/two-factor, with the challenge."
    return Unauthenticated.because(message, detail=detail, code="two_factor_required")


def note_wrong(tx: Write, staff_id: int) -> None:
    security.warn(tx, "second_factor_refused", account=f"staff:{staff_id}")


def cannot_ask(reason: str) -> Unauthenticated:
    return Unauthenticated.because(f"You sign in with a second factor. {reason}", code="two_factor_required")


def _check_usable(factor: SecondFactor) -> None:
    if factor.method is Method.other:
        raise cannot_ask("Only osTicket's panel can ask for yours: use an API key here.")
    if factor.method is Method.totp and not codes.is_usable(factor.secret):
        raise cannot_ask("The key of your authenticator is not usable: ask an administrator to reset it.")
