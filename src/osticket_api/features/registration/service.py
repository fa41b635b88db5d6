"""Accounts that users make by themselves, and forgotten passwords, as on osTicket's portal.

Source: people.md 1.6, 1.8, golden cases 059 to 066.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Row, select, update
from sqlalchemy.exc import IntegrityError

from osticket_api.access.loading import find_user_login
from osticket_api.access.principal import ANONYMOUS
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.flags import AccountStatus
from osticket_api.db.unit import Write
from osticket_api.errors import Conflict, Faults, Forbidden, Unauthenticated
from osticket_api.features.auth.api import (
    Session,
    SignInContext,
    count_recent,
    find_owner,
    let_in,
    mail_to_user,
    sign_in,
    start_session,
)
from osticket_api.features.forms import api as forms
from osticket_api.features.users.api import KnownUser, cancel_tokens, create_user, end_sessions, find_user

_OPEN_TO_ALL: Final = ("public", "auto")
_LINKS_AT_MOST: Final = 3
_WITHIN: Final = timedelta(minutes=10)


def register(
    tx: Write, *, name: str, email: str, password_hash: str, timezone: str | None, answers: Mapping[str, Any]
) -> None:
    """Make an account that waits until the link in the mail is followed. A user without an account gets one.

    Raises: Forbidden where users do not register themselves, Conflict for an address that has an account, Invalid.
    """
    if load_config(tx).text("client_registration") not in _OPEN_TO_ALL:
        raise Forbidden.because("This help desk does not let users register.", code="registration_closed")
    user = find_user(tx, email=email) or _add_user(tx, name, email, answers)
    account = t.user_account.c
    if tx.scalar(select(account.id).where(account.user_id == user.id).limit(1)) is not None:
        raise _registered(email)
    try:
        tx.insert(t.user_account, user_id=user.id, status=0, timezone=timezone, passwd=password_hash, registered=tx.now)
    except IntegrityError:
        raise _registered(email) from None
    mail_to_user(tx, ANONYMOUS, "registration-client", user.id)


def _add_user(tx: Write, name: str, email: str, answers: Mapping[str, Any]) -> KnownUser:
    faults = Faults()
    given = {**answers, "name": name, "email": email}
    parsed = forms.validate(tx, [forms.load_form(tx, "U")], given, actor="user", faults=faults)
    faults.raise_if_any()
    try:
        return create_user(tx, email=email, name=name, answers=parsed)
    except IntegrityError:
        raise _registered(email) from None


def _registered(email: str) -> Conflict:
    return Conflict.because(f"{email} has an account already; sign in.", field="email", code="already_registered")


def confirm(tx: Write, token: str, context: SignInContext) -> tuple[Session, bool]:
    """Confirm the account for which the link was mailed, and sign its user in.

    Returns the session, and whether they must choose a password first of all.

    Raises: Unauthenticated for a bad link, Conflict for an account that is confirmed already.
    """
    account = _account_for(tx, token)
    if account.status & AccountStatus.CONFIRMED:
        message = "This account is confirmed. Sign in, or reset the password with this link."
        raise Conflict.because(message, code="already_confirmed")
    status = account.status | AccountStatus.CONFIRMED | (0 if account.passwd else AccountStatus.MUST_CHANGE_PASSWORD)
    _save(tx, account, status=status)
    return sign_in(tx, f"user:{account.user_id}", context)


def mail_reset_link(tx: Write, username: str) -> None:
    """Mail a link to choose a password with, where the account has one of its own that may be changed.

    Whoever asks learns nothing about who is there. One account gets a few links in ten minutes and no more.
    """
    account = find_user_login(tx, username.strip())
    if account is None or not account.passwd or account.status & AccountStatus.MAY_NOT_CHANGE_PASSWORD:
        return
    is_local = account.backend in (None, "", "local")
    if is_local and count_recent(tx, f"c{account.user_id}", tx.now - _WITHIN) < _LINKS_AT_MOST:
        mail_to_user(tx, ANONYMOUS, "pwreset-client", account.user_id)


def reset_password(
    tx: Write, token: str, username: str, password_hash: str | None, context: SignInContext
) -> tuple[Session, bool]:
    """Sign in by the link for a forgotten password, and change the password. That ends all other sign-ins.

    Without a password it is due: the link stays good for choosing one. Returns as `confirm`.

    Raises: Unauthenticated for a link that is bad or somebody else's, Forbidden where passwords may not be changed.
    """
    account = _account_for(tx, token)
    named = find_user_login(tx, username.strip())
    if named is None or named.user_id != account.user_id:
        raise _bad_link()
    if account.status & AccountStatus.MAY_NOT_CHANGE_PASSWORD:
        raise Forbidden.because("You may not change your password.", field="password")
    confirmed = account.status | AccountStatus.CONFIRMED
    if password_hash is None:
        _save(tx, account, status=confirmed | AccountStatus.MUST_CHANGE_PASSWORD)
    else:
        _save(tx, account, status=confirmed & ~AccountStatus.MUST_CHANGE_PASSWORD, passwd=password_hash)
        cancel_tokens(tx, account.user_id)
        end_sessions(tx, account.user_id)
    subject = f"user:{account.user_id}"
    let_in(tx, subject, context.ip)
    return start_session(tx, subject, context), password_hash is None


def _account_for(tx: Write, token: str) -> Row[Any]:
    """The account whose user the link was mailed to, locked. Raises: Unauthenticated."""
    owner = find_owner(tx, token) or ""
    kind, identifier = owner[:1], owner[1:]
    if kind != "c" or not identifier.isdecimal():
        raise _bad_link()
    account = t.user_account.c
    row = tx.locked(select(t.user_account).where(account.user_id == int(identifier)).order_by(account.id).limit(1))
    if row is None:
        raise _bad_link()
    return row


def _save(tx: Write, account: Row[Any], **values: Any) -> None:
    tx.change(update(t.user_account).where(t.user_account.c.id == account.id).values(**values))


def _bad_link() -> Unauthenticated:
    return Unauthenticated.because("The link is unknown, used, or expired.", code="token_invalid")
