"""Ids in a body that must name something in use: one query tells about all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, literal, select

from osticket_api.db import tables as t
from osticket_api.db.flags import DepartmentFlag, RoleFlag, ScheduleFlag, SlaFlag, StatusMode, TeamFlag, has_flag
from osticket_api.db.unit import Read
from osticket_api.errors import Faults
from osticket_api.kit.tree import Tree


@dataclass(frozen=True)
class Choice:
    """The rows that a field may refer to, by their id, if they are `usable`."""

    kind: str
    id: ColumnElement[int]
    usable: ColumnElement[bool] | None = None

    def state(self, identifier: int) -> ScalarSelect[int]:
        """1 for a thing in use, 0 for one that is not, null where there is none."""
        state = literal(1) if self.usable is None else case((self.usable, 1), else_=0)
        return select(state).where(self.id == identifier).scalar_subquery()


AGENT: Final = Choice("agent", t.staff.c.staff_id, t.staff.c.isactive == 1)
DEPARTMENT: Final = Choice("department", t.department.c.id, has_flag(t.department.c.flags, DepartmentFlag.ACTIVE))
EMAIL: Final = Choice("e-mail address", t.email.c.email_id)
PRIORITY: Final = Choice("priority", t.ticket_priority.c.priority_id)
ROLE: Final = Choice("role", t.role.c.id, has_flag(t.role.c.flags, RoleFlag.ENABLED))
SCHEDULE: Final = Choice(
    "schedule of business hours", t.schedule.c.id, has_flag(t.schedule.c.flags, ScheduleFlag.BUSINESS_HOURS)
)
SEQUENCE: Final = Choice("sequence", t.sequence.c.id)
SLA: Final = Choice("SLA", t.sla.c.id, has_flag(t.sla.c.flags, SlaFlag.ACTIVE))
STATUS: Final = Choice("status", t.ticket_status.c.id, has_flag(t.ticket_status.c.mode, StatusMode.ENABLED))
TEAM: Final = Choice("team", t.team.c.team_id, has_flag(t.team.c.flags, TeamFlag.ENABLED))
TEMPLATES: Final = Choice("template group", t.email_template_group.c.tpl_id, t.email_template_group.c.isactive == 1)
THANKS: Final = Choice(
    "page that thanks", t.content.c.id, and_(t.content.c.isactive == 1, t.content.c.type == "thank-you")
)


def check_choices(tx: Read, choices: Mapping[str, Choice], wanted: Mapping[str, Any], faults: Faults) -> None:
    """Find what is wrong with the ids that are `wanted`, by the name of their field. None chooses nothing."""
    named = {field: identifier for field, identifier in wanted.items() if field in choices and identifier is not None}
    if not named:
        return
    found = tx.row(select(*(choices[field].state(identifier).label(field) for field, identifier in named.items())))
    assert found is not None
    for field, identifier in named.items():
        kind, state = choices[field].kind, getattr(found, field)
        if state is None:
            faults.add(field, f"There is no {kind} {identifier}.")
        elif not state:
            faults.add(field, f"The {kind} {identifier} is not in use.", code="disabled")


def check_choice(tx: Read, choice: Choice, identifier: int | None, *, field: str) -> None:
    """Raises: Invalid when this names nothing in use. None chooses nothing."""
    faults = Faults()
    check_choices(tx, {field: choice}, {field: identifier}, faults)
    faults.raise_if_any()


def check_parent(tree: Tree, identifier: int | None, parent_id: int | None, kind: str, faults: Faults) -> None:
    """Check that a row, or a new one, can lie below a parent: the parent must exist, and not lie below the row."""
    if parent_id is None:
        return
    if parent_id not in tree.ids:
        faults.add("parent_id", f"There is no {kind} {parent_id}.")
    elif identifier is not None and identifier in (parent_id, *tree.ancestors(parent_id)):
        faults.add("parent_id", f"A {kind} cannot be below itself.", code="loop")
