"""An agent under change: what the row holds under which name, and the one way to save it.

Source: people.md 0.1, 0.2, 3.1, 3.2.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Row, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write

COLUMNS: Final = {
    "assigned_only": "assigned_only",
    "backend": "backend",
    "department_id": "dept_id",
    "email": "email",
    "extra": "extra",
    "first_name": "firstname",
    "is_active": "isactive",
    "is_admin": "isadmin",
    "is_visible": "isvisible",
    "language": "lang",
    "last_name": "lastname",
    "locale": "locale",
    "mobile": "mobile",
    "must_change_password": "change_passwd",
    "notes": "notes",
    "on_vacation": "onvacation",
    "page_size": "max_page_size",
    "paper_size": "default_paper_size",
    "password": "passwd",
    "password_changed_at": "passwdreset",
    "permissions": "permissions",
    "phone": "phone",
    "phone_extension": "phone_ext",
    "refresh_minutes": "auto_refresh_rate",
    "role_id": "role_id",
    "signature": "signature",
    "signature_type": "default_signature_type",
    "timezone": "timezone",
    "username": "username",
}
"""Our names of what an agent is to osTicket's columns."""

_NEVER_NULL: Final[Mapping[str, Any]] = {
    "mobile": "", "page_size": 0, "phone": "", "refresh_minutes": 0, "signature": "",
}  # fmt: skip
"""The empty values of columns that are not NULL where nothing is given."""


def as_columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of the row for properties that are given by our names."""
    return {
        column: _NEVER_NULL.get(name) if values[name] is None else values[name]
        for name, column in COLUMNS.items()
        if name in values
    }


def save(tx: Write, staff: Row[Any], values: Mapping[str, Any]) -> bool:
    """Write what really changed, and `updated` with it. Returns whether anything did.

    What is told of it names the fields alone: one of them is the password.
    """
    changed = {name: value for name, value in as_columns(values).items() if not _same(getattr(staff, name), value)}
    if not changed:
        return False
    names = sorted(name for name, column in COLUMNS.items() if column in changed)
    tx.note_effect("staff", id=staff.staff_id, changed=names)
    tx.change(update(t.staff).where(t.staff.c.staff_id == staff.staff_id).values(**changed, updated=tx.now))
    return True


def _same(old: Any, new: Any) -> bool:
    """Whether osTicket treats two values as equal: all empty values are."""
    return (old or None) == (new or None)
