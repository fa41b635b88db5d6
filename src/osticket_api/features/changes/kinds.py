"""The kinds of resources that can be followed: how they are read, and whose changes show in them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, or_, select

from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.features.departments.api import list_departments
from osticket_api.features.organizations.api import OrganizationQuery, list_organizations
from osticket_api.features.staff.api import list_staff
from osticket_api.features.tasks.api import TaskQuery, list_tasks
from osticket_api.features.teams.api import list_teams
from osticket_api.features.tickets.api import TicketQuery, list_tickets
from osticket_api.features.topics.api import TopicQuery, list_topics
from osticket_api.features.users.api import UserQuery, list_users
from osticket_api.query.listing import ListQuery
from osticket_api.query.small_lists import SwitchedQuery

_ticket, _task, _user, _organization = t.ticket.c, t.task.c, t.user.c, t.organization.c
_staff, _department, _team, _topic = t.staff.c, t.department.c, t.team.c, t.help_topic.c

Shows = Mapping[str, Callable[[int], ColumnElement[bool]]]


@dataclass(frozen=True)
class Kind:
    """A kind of resource, read by the list that shows it.

    `shows`: by the kind of an event's subject, the resources that something of it is part of, such as its name.
    """

    name: str
    subject: str
    identity: Column[Any]
    lists: Callable[..., Any]
    query: type[ListQuery]
    shows: Shows = field(default_factory=dict)

    def read(self, tx: Read, principal: Principal, ids: Sequence[int]) -> dict[int, Any]:
        """The resources with these ids that the caller sees in the list. Raises: Forbidden."""
        query = self.query(per_page=len(ids), total=False)
        page = self.lists(tx, principal, query, self.identity.in_(sorted(ids)))
        return {item.id: item for item in page.items}

    def showing(self, subject: str, subject_id: int) -> ColumnElement[bool] | None:
        """The resources that show something of a subject. None where none can."""
        condition = self.shows.get(subject)
        return None if condition is None else condition(subject_id)


def _by(**columns: Column[Any]) -> Shows:
    """Resources that refer to a subject by a column."""
    return {subject: column.__eq__ for subject, column in columns.items()}


def _users_of(organization_id: int) -> ColumnElement[bool]:
    return _ticket.user_id.in_(select(_user.id).where(_user.org_id == organization_id))


def _staff_in(department_id: int) -> ColumnElement[bool]:
    access = t.staff_dept_access.c
    extended = select(access.staff_id).where(access.dept_id == department_id)
    return or_(_staff.dept_id == department_id, _staff.staff_id.in_(extended))


def _members(team_id: int) -> ColumnElement[bool]:
    member = t.team_member.c
    return _staff.staff_id.in_(select(member.staff_id).where(member.team_id == team_id))


_OF_TICKETS: Final = _by(
    user=_ticket.user_id, department=_ticket.dept_id, topic=_ticket.topic_id, sla=_ticket.sla_id,
    status=_ticket.status_id, staff=_ticket.staff_id, team=_ticket.team_id,
)  # fmt: skip
_OF_STAFF: Final[Shows] = {"department": _staff_in, "team": _members, **_by(role=_staff.role_id)}
_OF_ORGANIZATIONS: Final[Shows] = {
    "staff": lambda id: _organization.manager == f"s{id}",
    "team": lambda id: _organization.manager == f"t{id}",
}
_ALL: Final = (
    Kind(
        "tickets", "ticket", _ticket.ticket_id, list_tickets, TicketQuery, {**_OF_TICKETS, "organization": _users_of}
    ),
    Kind(
        "tasks", "task", _task.id, list_tasks, TaskQuery,
        _by(department=_task.dept_id, staff=_task.staff_id, team=_task.team_id),
    ),
    Kind("users", "user", _user.id, list_users, UserQuery, _by(organization=_user.org_id)),
    Kind(
        "organizations", "organization", _organization.id, list_organizations, OrganizationQuery, _OF_ORGANIZATIONS
    ),
    Kind("staff", "staff", _staff.staff_id, list_staff, SwitchedQuery, _OF_STAFF),
    Kind(
        "departments", "department", _department.id, list_departments, SwitchedQuery,
        _by(staff=_department.manager_id, sla=_department.sla_id, department=_department.pid),
    ),
    Kind("teams", "team", _team.team_id, list_teams, SwitchedQuery, _by(staff=_team.lead_id)),
    Kind(
        "topics", "topic", _topic.topic_id, list_topics, TopicQuery,
        _by(
            topic=_topic.topic_pid, department=_topic.dept_id, sla=_topic.sla_id, staff=_topic.staff_id,
            team=_topic.team_id,
        ),
    ),
)  # fmt: skip
KINDS: Final[Mapping[str, Kind]] = {kind.name: kind for kind in _ALL}
