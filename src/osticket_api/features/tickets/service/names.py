"""Names of people, teams and departments in events and notes."""

from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.unit import Read
from osticket_api.kit.names import shown


def staff_name(tx: Read, staff_id: int) -> str:
    """The agent's first and last name, empty when they are gone."""
    staff = t.staff.c
    row = tx.row(select(staff.firstname, staff.lastname).where(staff.staff_id == staff_id))
    return "" if row is None else f"{row.firstname or ''} {row.lastname or ''}".strip()


def shown_staff_name(tx: Read, name: str) -> str:
    """An agent's name the way the help desk shows agents' names, as in the titles of notes."""
    return shown(name, load_config(tx).text("agent_name_format"))


def department_name(tx: Read, department_id: int | None) -> str:
    """The department's own name, without those above it."""
    name: str | None = tx.scalar(select(t.department.c.name).where(t.department.c.id == department_id))
    return name or ""
