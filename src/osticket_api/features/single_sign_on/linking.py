"""Ask a caller to confirm that they want another way to sign in."""

from sqlalchemy import select

from osticket_api.access.principal import Staff, User
from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.errors import Forbidden, NotAvailable
from osticket_api.features.auth.api import confirm as confirm_password
from osticket_api.web.call import Call


def require_person(tx: Read, caller: Staff | User) -> None:
    """Raises: Forbidden with an API key, which may do less than its agent; NotAvailable without tables of our own."""
    if isinstance(caller, Staff) and caller.api_key_id is not None:
        raise Forbidden.because("An API key cannot change how its agent signs in.")
    if not tx.has_own_tables:
        raise NotAvailable.because("This server is attached read-only and links no identities.")


async def confirm(call: Call, caller: Staff | User, current_password: str | None) -> None:
    """Hold somebody to their password, if they have one: whoever is linked can sign in as them for good.

    Raises: Invalid for a wrong password, Forbidden, NotAvailable.
    """
    stored = await call.database.read(_stored_password, caller)
    if stored:
        await confirm_password(call, stored, current_password)


def _stored_password(tx: Read, caller: Staff | User) -> str | None:
    require_person(tx, caller)
    staff, account = t.staff.c, t.user_account.c
    statement = (
        select(staff.passwd).where(staff.staff_id == caller.id)
        if isinstance(caller, Staff)
        else select(account.passwd).where(account.user_id == caller.id).order_by(account.id).limit(1)
    )
    found: str | None = tx.scalar(statement)
    return found
