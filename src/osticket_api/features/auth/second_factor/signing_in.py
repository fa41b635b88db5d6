"""Signing in with a password, and with a second factor where there is one.

Source: people.md 6.2, 6.5.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from osticket_api.access.principal import Staff
from osticket_api.access.second_factors import Method, SecondFactor, find_second_factor, has_second_factor
from osticket_api.db.unit import Read, Write
from osticket_api.errors import ApiError, NotAvailable, TooManyRequests, Unauthenticated
from osticket_api.events import security
from osticket_api.features.auth import provider_sessions
from osticket_api.features.auth.passkeys import keeping, showing
from osticket_api.features.auth.passkeys.relying_party import RelyingParty
from osticket_api.features.auth.provider_sessions import ProviderSignIn
from osticket_api.features.auth.renewing import Renewal, renew
from osticket_api.features.auth.second_factor import challenges, codes
from osticket_api.features.auth.second_factor.challenges import Challenge
from osticket_api.features.auth.second_factor.requests import FactorAnswer
from osticket_api.features.auth.service import Session
from osticket_api.features.auth.sign_in_context import SignInContext
from osticket_api.features.auth.signing_in import let_in, sign_in


def enter(
    tx: Write, subject: str, context: SignInContext, renewal: Renewal | None = None, *, by_password: bool = True
) -> Challenge | tuple[Session, bool]:
    """Begin a session for who has the right password, or ask for the second factor first.

    A renewal replaces the outdated hash of the password.
    Returns the session, and whether the password must be changed first of all. Raises: as `let_in`.
    """
    principal = let_in(tx, subject, context.ip)
    if renewal is not None:
        renew(tx, subject, renewal)
    if not isinstance(principal, Staff) or not has_second_factor(tx, principal.id):
        return sign_in(tx, subject, context, by_password=by_password)
    passkeys = keeping.passkeys_at(tx, principal.id, context.party.host) if context.party else ()
    if context.party is None or not passkeys:
        return _ask_for_code(tx, principal, context)
    return _ask_for_passkey(tx, principal, context, context.party, passkeys)


def _ask_for_code(tx: Write, staff: Staff, context: SignInContext) -> Challenge:
    """Raises: Unauthenticated for a second factor that this server cannot ask for."""
    factor = find_second_factor(tx, staff.id)
    if factor is None:
        raise cannot_ask("Your passkeys were made for another address of this server: ask an administrator.")
    _check_usable(factor)
    try:
        return challenges.ask(tx, staff, factor, "sign_in", context.mode)
    except NotAvailable as reason:
        raise cannot_ask(str(reason)) from None


def _ask_for_passkey(
    tx: Write, staff: Staff, context: SignInContext, party: RelyingParty, passkeys: Sequence[Row[Any]]
) -> Challenge:
    """Ask for one of these, or for the code of osTicket's second factor where there is one to be had."""
    try:
        asked = _ask_for_code(tx, staff, context)
    except (Unauthenticated, TooManyRequests):
        asked = challenges.ask(tx, staff, SecondFactor(Method.passkey), "sign_in", context.mode)
    return replace(asked, passkey=showing.options(party, asked.token, passkeys))


def complete(tx: Write, answer: FactorAnswer, context: SignInContext) -> tuple[Session, bool] | None:
    """Begin the session of an agent who answers a challenge. None for a wrong answer, which is counted.

    Raises: Unauthenticated when nobody is asked, or no longer; as `let_in`.
    """
    token = answer.challenge
    row = challenges.find_open(tx, token, "sign_in")
    method = _method_shown(tx, row, answer, context)
    challenges.settle(tx, row, is_right=method is not None)
    if method is None:
        return None
    came_by_provider = provider_sessions.is_awaited(tx, token)
    begun = sign_in(
        tx,
        f"staff:{row.staff_id}",
        context.by(row.mode),
        second_factor=method.value,
        by_password=not came_by_provider,
    )
    if came_by_provider:
        provider_sessions.complete(tx, token, begun[0].id)
    return begun


def _method_shown(tx: Write, row: Row[Any], answer: FactorAnswer, context: SignInContext) -> Method | None:
    """The second factor that an answer shows, used up with it. None for a wrong one."""
    if answer.passkey is not None:
        is_shown = showing.use_passkey(tx, context.party, row.staff_id, answer.challenge, answer.passkey)
        return Method.passkey if is_shown else None
    factor = find_second_factor(tx, row.staff_id)
    secret = factor.secret if factor else None
    if not challenges.use_code(tx, row, answer.challenge, answer.code or "", secret):
        return None
    if factor is None or factor.method != row.method:
        raise Unauthenticated.because("Your second factor has changed; sign in again.", code="challenge_invalid")
    return factor.method


def enter_from_provider(
    tx: Write, subject: str, context: SignInContext, provider_sign_in: ProviderSignIn
) -> Challenge | tuple[Session, bool]:
    """Begin a session for who has signed in at an identity provider, as `enter` does.

    What they have shown there beside their password may count as the second factor.
    """
    if provider_sign_in.second_factor is not None:
        entered: Challenge | tuple[Session, bool] = sign_in(
            tx, subject, context, second_factor=provider_sign_in.second_factor, by_password=False
        )
    else:
        entered = enter(tx, subject, context, by_password=False)
    if isinstance(entered, Challenge):
        provider_sessions.keep(tx, provider_sign_in, challenge=entered.token)
    else:
        provider_sessions.keep(tx, provider_sign_in, session_id=entered[0].id)
    return entered


def check_without_tables(tx: Read, subject: str, ip: str) -> bool:
    """Let in who needs no second factor, where no session can be kept. Returns whether the password must be changed.

    Raises: as `let_in`; Unauthenticated for who has a second factor: used codes could not be remembered.
    """
    principal = let_in(tx, subject, ip)
    if isinstance(principal, Staff) and has_second_factor(tx, principal.id):
        raise cannot_ask("This server is attached read-only and cannot ask for it.")
    return principal.must_change_password


def demanded(challenge: Challenge) -> ApiError:
    """The error that a right password is answered with where a second factor is due."""
    detail = {
        "challenge": challenge.token,
        "method": challenge.method.value,
        "methods": [each.value for each in challenge.methods],
        "expires_in": int(challenges.LASTS.total_seconds()),
        **({"sent_to": challenge.sent_to} if challenge.sent_to else {}),
        **({"passkey": challenge.passkey} if challenge.passkey else {}),
    }
    answers = " or ".join(_words(challenge, each) for each in challenge.methods)
    message = f"Send {answers} to /auth/two-factor, with the challenge."
    return Unauthenticated.because(message, detail=detail, code="two_factor_required")


def _words(challenge: Challenge, method: Method) -> str:
    if method is Method.passkey:
        return "your passkey"
    return f"the code that was mailed to {challenge.sent_to}" if challenge.sent_to else "the code of your authenticator"


def note_wrong(tx: Write, staff_id: int) -> None:
    security.warn(tx, "second_factor_refused", account=f"staff:{staff_id}")


def cannot_ask(reason: str) -> Unauthenticated:
    return Unauthenticated.because(f"You sign in with a second factor. {reason}", code="two_factor_required")


def _check_usable(factor: SecondFactor) -> None:
    if factor.method is Method.other:
        raise cannot_ask("Only osTicket's panel can ask for your kind of second factor: use an API key here.")
    if factor.method is Method.totp and not codes.is_usable(factor.secret):
        raise cannot_ask("The key of your authenticator is not usable: ask an administrator to reset it.")
