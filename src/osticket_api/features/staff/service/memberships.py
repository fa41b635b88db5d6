"""An agent's departments besides the primary one, and teams.

Source: people.md 3.2, 3.8, 3.9, golden cases 301, 307.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete

from osticket_api.db import tables as t
from osticket_api.db.flags import MemberFlag
from osticket_api.db.sets import replace_set
from osticket_api.db.unit import Write


def set_memberships(tx: Write, staff_id: int, given: Mapping[str, Any]) -> None:
    """Make `departments` and `teams`, as far as they are given, what the agent has."""
    owner = {"staff_id": staff_id}
    if "departments" in given:
        access = {
            each.department_id: {"role_id": each.role_id, "flags": MemberFlag.ALERTS if each.alerts else 0}
            for each in given["departments"]
        }
        _note(tx, staff_id, "departments", replace_set(tx, t.staff_dept_access, owner, "dept_id", access))
    if "teams" in given:
        teams = {each.team_id: {"flags": MemberFlag.ALERTS if each.alerts else 0} for each in given["teams"]}
        _note(tx, staff_id, "teams", replace_set(tx, t.team_member, owner, "team_id", teams))


def _note(tx: Write, staff_id: int, what: str, changed: bool) -> None:
    if changed:
        tx.note_effect("staff", id=staff_id, changed=[what])


def leave_extended(tx: Write, staff_id: int, department_id: int) -> None:
    """A department that becomes the primary one needs no access besides."""
    access = t.staff_dept_access.c
    tx.change(delete(t.staff_dept_access).where(access.staff_id == staff_id, access.dept_id == department_id))
