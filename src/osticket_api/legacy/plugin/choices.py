"""Things that a request names by id or by name, and what it hears when there are none.

Source: legacy-endpoints.md 3.3.
"""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, or_, select

from osticket_api.db import tables as t
from osticket_api.db.flags import DepartmentFlag, SlaFlag, TopicFlag
from osticket_api.db.unit import Read
from osticket_api.kit.identity import is_same
from osticket_api.legacy.answers import LegacyError
from osticket_api.legacy.plugin import queries
from osticket_api.legacy.plugin.naming import is_digits
from osticket_api.web.input import MAX_ID


@dataclass(frozen=True)
class Kind:
    """A kind of things: what errors call it, its columns, and which are active."""

    called: str
    id: Column[int]
    name: Column[str]
    is_active: ColumnElement[bool] | None = None


DEPARTMENT: Final = Kind(
    "Department", t.department.c.id, t.department.c.name, t.department.c.flags.bitwise_and(DepartmentFlag.ACTIVE) != 0
)
TOPIC: Final = Kind(
    "Help Topic", t.help_topic.c.topic_id, t.help_topic.c.topic, t.help_topic.c.flags.bitwise_and(TopicFlag.ACTIVE) != 0
)
STATUS: Final = Kind("Status", t.ticket_status.c.id, t.ticket_status.c.name)
SLA: Final = Kind("SLA", t.sla.c.id, t.sla.c.name, t.sla.c.flags.bitwise_and(SlaFlag.ACTIVE) != 0)


def choose(tx: Read, kind: Kind, field: str, value: Any) -> int:
    """The id of what is named. Raises: LegacyError."""
    text = read_text(field, value)
    if not is_digits(text):
        found = queries.department_ids(tx, text) if kind is DEPARTMENT else _by_name(tx, kind, text)
        if not found:
            raise LegacyError(404, f"{kind.called} '{text.strip()[:128]}' not found")
        return _active(tx, kind, found[0])
    if int(text) > MAX_ID or tx.scalar(select(kind.id).where(kind.id == int(text))) is None:
        raise LegacyError(404, f"{kind.called} not found")
    return _active(tx, kind, int(text))


def _by_name(tx: Read, kind: Kind, text: str) -> list[int]:
    return queries.ids_by_name(tx, kind.id, kind.name, text)


def _active(tx: Read, kind: Kind, found: int) -> int:
    """Raises: LegacyError."""
    if kind.is_active is not None and tx.scalar(select(kind.id).where(kind.id == found, kind.is_active)) is None:
        raise LegacyError(400, f"{kind.called} is not active")
    return found


def choose_staff(tx: Read, field: str, value: Any) -> int:
    """An agent by id, username or e-mail address. Raises: LegacyError."""
    text, staff = read_text(field, value).strip(), t.staff.c
    by_name = or_(staff.username == text, staff.email == text)
    named = staff.staff_id == min(int(text), MAX_ID) if is_digits(text) else by_name
    found = select(staff.staff_id, staff.isactive, staff.username, staff.email).where(named)
    rows = tx.rows(found.order_by(staff.staff_id))
    names = ((each, (str(each.staff_id), each.username, each.email or "")) for each in rows)
    row = next((each for each, known in names if is_digits(text) or any(is_same(text, name) for name in known)), None)
    if row is None:
        raise LegacyError(404, "Staff member not found")
    if not row.isactive:
        raise LegacyError(400, "Staff member is not active")
    return int(row.staff_id)


def read_text(field: str, value: Any) -> str:
    """A text, or a whole number as one. Raises: LegacyError for other types."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise LegacyError(400, f"Invalid value for {field}")
    return str(value)
