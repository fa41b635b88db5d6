"""What follows a right password, or a sign-in at an identity provider.

Source: people.md 6.2, 6.3, 6.6, golden case 314.
"""

from datetime import timedelta
from typing import Final

from sqlalchemy import select, update

from osticket_api.access.gate import admit
from osticket_api.access.loading import find_principal
from osticket_api.access.principal import Staff, User
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Forbidden
from osticket_api.features.auth.reset_links import cancel_links
from osticket_api.features.auth.service import Session, refused, start_session
from osticket_api.features.auth.sign_in_context import SignInContext

_SECONDS_IN_MONTH: Final = 2_629_800


def let_in(tx: Read, subject: str, ip: str) -> Staff | User:
    """Check that an account may sign in, now that its password is right.

    Raises: Unauthenticated where that is not enough, Forbidden and Unavailable where the help desk lets nobody in.
    """
    principal = find_principal(tx, subject)
    if principal is None:
        raise refused()
    admit(tx, principal, ip)
    if isinstance(principal, User) and load_config(tx).text("client_registration") == "disabled":
        raise Forbidden.because("Users do not sign in at this help desk.", code="sign_in_disabled")
    return principal


def sign_in(
    tx: Write, subject: str, context: SignInContext, second_factor: str | None = None, *, by_password: bool = True
) -> tuple[Session, bool]:
    """Begin a session. `second_factor`: the kind that was shown. A password that was not used does not grow old.

    Returns the session, and whether the password must be changed first of all. Raises: as `let_in`.
    """
    principal = let_in(tx, subject, context.ip)
    is_due = principal.must_change_password
    if isinstance(principal, Staff):
        is_due = _note_staff(tx, principal, may_be_old=by_password)
    cancel_links(tx, str(principal.id) if isinstance(principal, Staff) else f"c{principal.id}")
    return start_session(tx, subject, context, second_factor), is_due


def _note_staff(tx: Write, staff: Staff, *, may_be_old: bool) -> bool:
    """Write when the agent was last here. Returns whether their password is to be changed, or has grown too old."""
    columns = t.staff.c
    row = tx.row(select(columns.passwdreset, columns.created).where(columns.staff_id == staff.id))
    months = load_config(tx).number("passwd_reset_period") if may_be_old else 0
    changed_at = None if row is None else row.passwdreset or row.created
    is_old = bool(
        months and changed_at is not None and changed_at + timedelta(seconds=months * _SECONDS_IN_MONTH) <= tx.now
    )
    values = {"lastlogin": tx.now, "updated": tx.now} | ({"change_passwd": True} if is_old else {})
    tx.change(update(t.staff).where(columns.staff_id == staff.id).values(**values))
    return is_old or staff.must_change_password
