"""Decide where a new ticket goes, and the properties that nobody has chosen.

Source: tickets.md 1.8.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, select

from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.flags import OrganizationStatus, TopicFlag
from osticket_api.db.unit import Read
from osticket_api.errors import Faults
from osticket_api.features.filters.api import FilterOutcome
from osticket_api.features.slas.api import select_sla
from osticket_api.features.tickets.service.new_ticket import NewTicket
from osticket_api.features.users.api import KnownUser


@dataclass(frozen=True)
class Routing:
    """The department, assignee and other properties that a new ticket gets."""

    department_id: int
    topic_id: int | None
    sla_id: int | None
    status_id: int
    staff_id: int | None
    team_id: int | None


def load_topic(tx: Read, topic_id: int) -> Any:
    """The row of a help topic, or None."""
    return tx.prepared_row(_select_topic(), {"topic_id": topic_id})


@cache
def _select_topic() -> Select[Any]:
    return select(t.help_topic).where(t.help_topic.c.topic_id == bindparam("topic_id"))


def find_topic(tx: Read, new: NewTicket, faults: Faults) -> Any:
    """The topic asked for, else the help desk's default one, else none."""
    topic_id = new.topic_id or load_config(tx).number("default_help_topic")
    if not topic_id:
        return None
    row = load_topic(tx, topic_id)
    if row is not None and new.takes_any_topic:
        return row
    if row is None or not row.flags & TopicFlag.ACTIVE or (new.channel == "web" and not row.ispublic):
        if new.topic_id:
            faults.add("topic_id", f"There is no active help topic {topic_id}.")
        return None
    return row


def route(tx: Read, new: NewTicket, topic: Row[Any] | None, outcome: FilterOutcome, owner: KnownUser) -> Routing:
    config = load_config(tx)
    department_id = _first(outcome.department_id, new.department_id, topic and topic.dept_id) or config.number(
        "default_dept_id"
    )
    department_sla = tx.prepared_scalar(_select_sla(), {"department_id": department_id})
    staff_id, team_id = _assignment(tx, topic, outcome, owner)
    return Routing(
        department_id=department_id,
        topic_id=outcome.topic_id or (topic.topic_id if topic else None),
        sla_id=select_sla(
            _first(outcome.sla_id, new.sla_id),
            topic and topic.sla_id,
            department_sla,
            config.number("default_sla_id") or None,
        ),
        status_id=_first(outcome.status_id, new.status_id, topic and topic.status_id)
        or config.number("default_ticket_status_id"),
        staff_id=staff_id,
        team_id=team_id,
    )


@cache
def _select_sla() -> Select[tuple[int]]:
    return select(t.department.c.sla_id).where(t.department.c.id == bindparam("department_id"))


def default_priority(tx: Read, new: NewTicket, topic: Row[Any] | None) -> int:
    """The priority before any filter has its say."""
    return _first(new.priority_id, topic and topic.priority_id) or load_config(tx).number("default_priority_id")


def _first(*ids: int | None) -> int | None:
    return next((each for each in ids if each), None)


def _assignment(
    tx: Read, topic: Row[Any] | None, outcome: FilterOutcome, owner: KnownUser
) -> tuple[int | None, int | None]:
    """Agent and team: of the filter, else one of the topic, else the organization's account manager."""
    staff_id, team_id = outcome.staff_id, outcome.team_id
    if topic is not None and topic.staff_id and staff_id is None:
        staff_id = topic.staff_id
    elif topic is not None and team_id is None:
        team_id = topic.team_id
    manager = _account_manager(tx, owner.organization_id)
    if manager.startswith("s") and staff_id is None:
        staff_id = int(manager[1:])
    elif manager.startswith("t") and team_id is None:
        team_id = int(manager[1:])
    return staff_id, team_id


def _account_manager(tx: Read, organization_id: int | None) -> str:
    """`s<id>` or `t<id>` where the organization wants its manager to get new tickets."""
    if organization_id is None:
        return ""
    row = tx.prepared_row(_select_manager(), {"organization_id": organization_id})
    return (
        row.manager
        if row is not None and row.status & OrganizationStatus.ASSIGNS_MANAGER and row.manager[1:].isdigit()
        else ""
    )


@cache
def _select_manager() -> Select[Any]:
    organization = t.organization.c
    return select(organization.manager, organization.status).where(organization.id == bindparam("organization_id"))
