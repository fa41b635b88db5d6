"""Passwords of agents. Source: people.md 1.8, 3.3, 6.3, golden cases 299, 310, 312."""

from typing import Any

from sqlalchemy import Row, select

from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict
from osticket_api.features.auth.api import ResetLink, make_link
from osticket_api.features.staff.service.sign_ins import end_sign_ins
from osticket_api.features.staff.service.state import save
from osticket_api.features.staff.service.visible import agent

_OURS = (None, "", "local")


def set_password(tx: Write, actor: Principal, staff: Row[Any], password_hash: str, *, must_change: bool) -> None:
    """Give an agent a password, which ends all their sign-ins. `must_change`: PHP's panel asks for a new one at once.

    Raises: Conflict for an agent whose password is kept elsewhere, as in LDAP.
    """
    _check_backend(staff.backend)
    save(tx, staff, new_password(tx, password_hash, must_change=must_change))
    end_sign_ins(tx, staff.staff_id)


def new_password(tx: Write, password_hash: str | None, *, must_change: bool = False) -> dict[str, Any]:
    """The columns of an agent that change with the password; none without a password."""
    if not password_hash:
        return {}
    return {"password": password_hash, "must_change_password": must_change, "password_changed_at": tx.now}


def add_reset_link(tx: Write, actor: Principal, staff: Row[Any]) -> ResetLink:
    """Make a link that lets whoever has it sign in to PHP's panel as this agent and choose a password.

    osTicket would mail it. Raises: Conflict for a locked agent and for one whose password is kept elsewhere;
    NotAvailable where osTicket's address is unknown.
    """
    _check_backend(staff.backend)
    if not staff.isactive:
        raise Conflict.because(f"{staff.username} is locked; unlock the agent first.", code="locked")
    link = make_link(tx, "scp/pwreset.php", str(staff.staff_id))
    tx.note_effect("reset_link", staff_id=staff.staff_id)
    return link


def own_password(tx: Read, actor: Principal) -> str | None:
    """The stored hash of the agent who calls. Raises: Conflict where it is kept elsewhere."""
    staff = t.staff.c
    row = tx.row(select(staff.passwd, staff.backend).where(staff.staff_id == agent(actor).id))
    if row is None:
        return None
    _check_backend(row.backend)
    stored: str | None = row.passwd
    return stored


def keeps_password_here(backend: str | None) -> bool:
    """Whether an agent of this back end has a password that the help desk keeps."""
    return backend in _OURS


def _check_backend(backend: str | None) -> None:
    if not keeps_password_here(backend):
        message = f"This agent signs in through {backend}, so the password cannot be changed here."
        raise Conflict.because(message, field="password", code="other_backend")
