"""Somebody must keep the keys of the house: administrators do not remove themselves, and the last one stays.

Source: people.md 3.2, golden cases 303, 306.
"""

from typing import Any

from sqlalchemy import Row, select

from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.errors import Conflict
from osticket_api.features.staff.service.visible import agent


def check_removal(tx: Write, actor: Principal, staff: Row[Any], *, field: str | None = None) -> None:
    """An agent is about to be locked, deleted, or an administrator no more. `field`: which one says so.

    Raises: Conflict for oneself, and for the only active administrator.
    """
    if staff.staff_id == agent(actor).id:
        message = "Administrators cannot lock, delete or demote themselves; let another one do it."
        raise Conflict.because(message, field=field, code="oneself")
    if staff.isadmin and staff.isactive and not _others(tx, staff.staff_id):
        message = f"{staff.username} is the only active administrator."
        raise Conflict.because(message, field=field, code="last_administrator")


def _others(tx: Write, staff_id: int) -> list[int]:
    """The other active administrators, locked: two of them must not remove each other at the same time."""
    staff = t.staff.c
    every = select(staff.staff_id).where(staff.isadmin == 1, staff.isactive == 1).order_by(staff.staff_id)
    found = tx.scalars(every if tx.is_sqlite else every.with_for_update())
    return [each for each in found if each != staff_id]
