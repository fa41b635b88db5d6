"""Accounts: what users sign in with.

Source: people.md 1.6, 1.7, golden cases 266 to 270, 067.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Row, delete, select, update
from sqlalchemy.exc import IntegrityError

from osticket_api.access.field_rules import limits_on
from osticket_api.access.permissions import GlobalPermission
from osticket_api.access.policy import require_global
from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.flags import AccountStatus
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict, Forbidden
from osticket_api.features.auth import api as auth
from osticket_api.features.auth.api import mail_to_user
from osticket_api.features.users.service.state import UserState

_FLAGS: Final = {
    "is_confirmed": (AccountStatus.CONFIRMED, True),
    "is_locked": (AccountStatus.LOCKED, True),
    "must_change_password": (AccountStatus.MUST_CHANGE_PASSWORD, True),
    "may_change_password": (AccountStatus.MAY_NOT_CHANGE_PASSWORD, False),
}
"""Names of flags to their bits, and which value sets the bit."""


def register(tx: Write, actor: Principal, user: UserState, password_hash: str | None, given: Mapping[str, Any]) -> None:
    """Give a user an account. With a password it is confirmed at once; without one it waits for a link to be followed.

    Raises: Forbidden without `user.manage`, Conflict when they have one or the user name is taken.
    """
    require_global(actor, GlobalPermission.user_manage)
    limits_on(actor, "user").require_settable(["account"])
    if _find(tx, user.id) is not None:
        raise Conflict.because(f"{user.name} is registered already.", code="already_registered")
    _check_username(tx, user.id, given.get("username"))
    values = {name: given.get(name) for name in ("username", "timezone")}
    try:
        tx.insert(
            t.user_account,
            user_id=user.id,
            status=_flags(AccountStatus.CONFIRMED if password_hash else 0, given),
            passwd=password_hash,
            registered=tx.now,
            **values,
        )
    except IntegrityError:
        raise _taken(given["username"]) from None
    tx.note_effect("account", user_id=user.id, registered=True)
    if given.get("send_email"):
        mail_to_user(tx, actor, "registration-client", user.id)


def change_account(
    tx: Write, actor: Principal, user: UserState, password_hash: str | None, given: Mapping[str, Any]
) -> None:
    """Change user name, password, time zone and flags. A new password confirms the account and ends its sign-ins.

    Raises: Forbidden without `user.manage`, Conflict without an account and when the user name is taken.
    """
    require_global(actor, GlobalPermission.user_manage)
    limits_on(actor, "user").require_settable(["account"])
    account = get_account(tx, user)
    values = {name: given[name] for name in ("username", "timezone") if name in given}
    _check_username(tx, user.id, values.get("username"))
    status = account.status | AccountStatus.CONFIRMED if password_hash else account.status
    _save(tx, account, **values, status=_flags(status, given), **_new_password(tx, user.id, password_hash))
    if given.get("is_locked"):
        end_sessions(tx, user.id)


def lock(tx: Write, actor: Principal, user: UserState) -> None:
    """Keep a user from signing in. Raises: Forbidden without `user.manage`, Conflict without an account."""
    require_global(actor, GlobalPermission.user_manage)
    limits_on(actor, "user").require_settable(["account", "is_locked"])
    account = get_account(tx, user)
    _save(tx, account, status=account.status | AccountStatus.LOCKED)
    end_sessions(tx, user.id)


def unlock(tx: Write, actor: Principal, user: UserState) -> None:
    """Unlock a user's account. Raises: Forbidden without `user.manage`, Conflict without an account."""
    require_global(actor, GlobalPermission.user_manage)
    limits_on(actor, "user").require_settable(["account", "is_locked"])
    account = get_account(tx, user)
    _save(tx, account, status=account.status & ~AccountStatus.LOCKED)


def change_own(
    tx: Write, user: UserState, given: Mapping[str, Any], password_hash: str | None, session_id: int | None
) -> None:
    """Change time zone and password as the user does. A new password ends all sign-ins but the one it came through.

    Raises: Forbidden where passwords may not be changed.
    """
    account = get_account(tx, user)
    status = account.status
    if password_hash:
        if status & AccountStatus.MAY_NOT_CHANGE_PASSWORD:
            raise Forbidden.because("You may not change your password.", field="password")
        status &= ~AccountStatus.MUST_CHANGE_PASSWORD
    values = {"timezone": given["timezone"]} if "timezone" in given else {}
    _save(tx, account, **values, status=status, **_new_password(tx, user.id, password_hash, session_id))


def _new_password(
    tx: Write, user_id: int, password_hash: str | None, kept_session: int | None = None
) -> dict[str, str]:
    if not password_hash:
        return {}
    cancel_tokens(tx, user_id)
    end_sessions(tx, user_id, kept_session)
    return {"passwd": password_hash}


def password_of(tx: Read, user_id: int) -> str | None:
    """The stored hash of a user's password, if they have one."""
    account = _find(tx, user_id)
    return account.passwd if account is not None else None


def stored_password(tx: Read, actor: Principal, user_id: int) -> str | None:
    """The hash that a new password is compared with. Raises: Forbidden without `user.manage`."""
    require_global(actor, GlobalPermission.user_manage)
    return password_of(tx, user_id)


def get_account(tx: Write, user: UserState) -> Row[Any]:
    """The account of a user, locked. Raises: Conflict when there is none."""
    account = tx.locked(_account_of(user.id))
    if account is None:
        raise Conflict.because(f"{user.name} has no account; register them first.", code="not_registered")
    return account


def cancel_tokens(tx: Write, user_id: int) -> None:
    """Make links for confirming and for resetting worthless. Source: people.md 1.8."""
    config = t.config.c
    tx.change(delete(t.config).where(config.namespace == "pwreset", config.value == f"c{user_id}"))


def end_sessions(tx: Write, user_id: int, kept: int | None = None) -> None:
    """End the user's sign-ins with us. PHP ends its own, when it sees that the account has changed."""
    auth.end_sessions(tx, "user", user_id, kept)


def _find(tx: Read, user_id: int) -> Row[Any] | None:
    return tx.row(_account_of(user_id))


def _account_of(user_id: int) -> Any:
    account = t.user_account.c
    return select(t.user_account).where(account.user_id == user_id).order_by(account.id).limit(1)


def _flags(status: int, given: Mapping[str, Any]) -> int:
    for name, (bit, when) in _FLAGS.items():
        if name in given:
            status = status | bit if given[name] is when else status & ~bit
    return status


def _save(tx: Write, account: Row[Any], **values: Any) -> None:
    changed = {name: value for name, value in values.items() if getattr(account, name) != value}
    if not changed:
        return
    try:
        tx.change(update(t.user_account).where(t.user_account.c.id == account.id).values(**changed))
    except IntegrityError:
        raise _taken(str(changed.get("username"))) from None
    tx.note_effect("account", user_id=account.user_id, changed=sorted(changed))


def _check_username(tx: Read, user_id: int, username: str | None) -> None:
    """Raises: Conflict naming the user who has it. Whoever may manage accounts sees all users."""
    if username is None:
        return
    account, user = t.user_account.c, t.user.c
    owner = tx.row(
        select(user.id, user.name)
        .join_from(t.user_account, t.user, user.id == account.user_id)
        .where(account.username == username, account.user_id != user_id)
    )
    if owner is not None:
        raise _taken(username, {"user": {"id": owner.id, "name": owner.name}})


def _taken(username: str, detail: Any = None) -> Conflict:
    message = f"The user name {username} is taken."
    return Conflict.because(message, field="username", code="username_taken", detail=detail)
