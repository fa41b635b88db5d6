"""Ask an agent to confirm a change of how they sign in."""

from sqlalchemy import select

from osticket_api.access.principal import Staff
from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.errors import Forbidden
from osticket_api.features.auth import login_throttle, passwords
from osticket_api.features.auth.service import require_sessions
from osticket_api.web.call import Call


async def confirm_password(call: Call, caller: Staff, current: str | None) -> None:
    """Hold an agent to their password. Who signs in elsewhere has none here. Raises: Forbidden, Invalid."""
    require_signed_in(call)
    stored = await call.database.read(_own_password, caller)
    if stored:
        await passwords.confirm(call, stored, current)


def require_signed_in(call: Call) -> None:
    """Raises: Forbidden with an API key, which may do less than its agent."""
    if call.sign_in is None:
        raise Forbidden.because("The second factor of an agent cannot be changed with an API key: sign in.")
    require_sessions(call.database.has_own_tables)


def attempt_of(call: Call, account: str) -> login_throttle.LoginAttempt:
    """The subject by which wrong answers of an agent are counted."""
    return login_throttle.LoginAttempt("staff", account, None, call.ip, "second factor")


def _own_password(tx: Read, caller: Staff) -> str | None:
    stored: str | None = tx.scalar(select(t.staff.c.passwd).where(t.staff.c.staff_id == caller.id))
    return stored
