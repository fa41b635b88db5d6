"""Check the departments, roles and teams of an agent: they must be in use.

Source: people.md 3.2.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlalchemy import Row, select

from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.errors import Faults
from osticket_api.query.choices import DEPARTMENT, ROLE, Choice, check_choices

_TEAM: Final = Choice("team", t.team.c.team_id)

Place = tuple[str, Choice, int]
"""A field, what it may name, and what it does."""


def check_places(tx: Read, given: Mapping[str, Any], before: Row[Any] | None = None) -> None:
    """Check an agent's departments, roles and teams. Those that the agent has already may stay, even if they are no
    longer in use.

    Raises: Invalid naming every field at fault.
    """
    faults = Faults()
    held = _held(tx, before)
    new = [place for place in _places(given) if place[1:] not in held]
    choices, wanted = {field: kind for field, kind, _ in new}, {field: number for field, _, number in new}
    check_choices(tx, choices, wanted, faults)
    _check_primary(faults, given, before)
    faults.raise_if_any()


def _held(tx: Read, before: Row[Any] | None) -> list[tuple[Choice, int]]:
    """The departments and roles that an agent has."""
    if before is None:
        return []
    access = t.staff_dept_access.c
    rows = tx.rows(select(access.dept_id, access.role_id).where(access.staff_id == before.staff_id))
    return [
        (kind, number)
        for row in (before, *rows)
        for kind, number in ((DEPARTMENT, row.dept_id), (ROLE, row.role_id))
        if number is not None
    ]


def _places(given: Mapping[str, Any]) -> Iterator[Place]:
    kinds = {"department_id": DEPARTMENT, "role_id": ROLE}
    for field, kind in kinds.items():
        if field in given:
            yield field, kind, given[field]
        for number, access in enumerate(given.get("departments", ())):
            yield f"departments.{number}.{field}", kind, getattr(access, field)
    for number, membership in enumerate(given.get("teams", ())):
        yield f"teams.{number}.team_id", _TEAM, membership.team_id


def _check_primary(faults: Faults, given: Mapping[str, Any], before: Row[Any] | None) -> None:
    primary = given.get("department_id", before.dept_id if before is not None else None)
    for number, access in enumerate(given.get("departments", ())):
        if access.department_id == primary:
            faults.add(f"departments.{number}.department_id", "This is the primary department.")
