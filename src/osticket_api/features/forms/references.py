"""The rows that answers can refer to: priorities, list items, departments, agents, files.

Loaded when a field first needs them.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cache, cached_property
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Select, func, literal, null, select, true

from osticket_api.access.people import visible_staff
from osticket_api.access.principal import ANONYMOUS, Principal, Staff
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.flags import DepartmentFlag, ListItemStatus, SlaFlag, TeamFlag, TopicFlag
from osticket_api.db.unit import Read
from osticket_api.features.files.api import Limits, StoredFile, list_files, of_field, usable_by
from osticket_api.kit.zones import zone_named

Kind = Literal["priority", "department", "topic", "SLA plan"]

Audience = Literal["staff", "client"]
"""The kind of caller who sees answers or a form."""


@dataclass(frozen=True, slots=True)
class Named:
    """Something an answer names, with another word for it that a caller may use."""

    id: int
    name: str
    alias: str | None
    is_public: bool


class References:
    """Look-ups for one form, one query each.

    `list_ids` are the custom lists the form uses, so that they load together. The files are those that the caller may
    use; those in `held_files` stay usable where they are.
    """

    def __init__(
        self,
        tx: Read,
        list_ids: Collection[int] = (),
        held_files: Collection[int] = (),
        *,
        audience: Audience | None = None,
        caller: Principal = ANONYMOUS,
    ) -> None:
        self._tx = tx
        self._audience = audience
        self._list_ids = set(list_ids)
        self._caller = caller
        self._held_files = held_files
        self._named: dict[Kind, Sequence[Named]] = {}

    @property
    def now(self) -> datetime:
        return self._tx.now

    @cached_property
    def zone(self) -> tzinfo:
        """The zone of dates whose field names none: what the help desk shows to people without a zone of their own."""
        return zone_named(load_config(self._tx).text("default_timezone")) or UTC

    def named(self, kind: Kind) -> Sequence[Named]:
        """Everything of a kind that is in use now."""
        if kind not in self._named:
            rows = self._tx.prepared(_select_named(kind), {})
            self._named[kind] = [Named(row.id, row.name, row.alias, bool(row.is_public)) for row in rows]
        return self._named[kind]

    def offered(self, kind: Kind) -> Sequence[Named]:
        """The choices of a kind for this audience: users choose only among public ones."""
        return [named for named in self.named(kind) if named.is_public or self._audience != "client"]

    def list_items(self, list_id: int) -> Mapping[str, str]:
        """The enabled items of a custom list, in its order: id as text to value."""
        return self._lists.get(list_id, {})

    @cached_property
    def _lists(self) -> Mapping[int, Mapping[str, str]]:
        items, lists = t.list_items.c, t.list_.c
        rows = self._tx.rows(
            select(items.list_id, items.id, items.value, items.sort, lists.sort_mode)
            .join(t.list_, lists.id == items.list_id)
            .where(items.list_id.in_(sorted(self._list_ids)), items.status.bitwise_and(ListItemStatus.ENABLED) != 0)
            .order_by(items.list_id, items.value, items.id)
        )
        found: dict[int, dict[str, str]] = {}
        for row in sorted(rows, key=lambda row: row.sort if row.sort_mode == "SortCol" else 0):
            found.setdefault(row.list_id, {})[str(row.id)] = row.value
        for list_id in {row.list_id for row in rows if row.sort_mode == "-Alpha"}:
            found[list_id] = dict(reversed(found[list_id].items()))
        return found

    @cached_property
    def assignees(self) -> Mapping[str, str]:
        """Everybody who can be an answer, by code: active agents (`s3`), then enabled teams (`t2`).

        Agents are offered those whom they see, anybody else all of them. Source: people.md 5.10
        """
        staff, team = t.staff.c, t.team.c
        seen = visible_staff(self._caller) if isinstance(self._caller, Staff) else true()
        agents = self._tx.rows(
            select(staff.staff_id, staff.firstname, staff.lastname)
            .where(staff.isactive, seen)
            .order_by(staff.firstname, staff.lastname, staff.staff_id)
        )
        enabled = team.flags.bitwise_and(TeamFlag.ENABLED) != 0
        teams = self._tx.rows(select(team.team_id, team.name).where(enabled).order_by(team.name, team.team_id))
        named = {f"s{row.staff_id}": f"{row.firstname or ''} {row.lastname or ''}".strip() for row in agents}
        return named | {f"t{row.team_id}": row.name for row in teams}

    def files(self, ids: Collection[int]) -> Mapping[int, StoredFile]:
        """The files among these that the caller may use."""
        held = set(ids) & set(self._held_files)
        usable = held | usable_by(self._tx, self._caller, set(ids) - held)
        return {file.id: file for file in list_files(self._tx, sorted(usable), kind="T")}

    def file_limits(self, configuration: Mapping[str, Any]) -> Limits:
        """The limits of a field for files, by its configuration and the settings of the help desk."""
        return of_field(configuration, self._file_settings("max_file_size", "allowed_filetypes"))

    def message_limits(self, configuration: Mapping[str, Any]) -> Limits:
        """The limits on files attached to a message: for agents, only the size is limited."""
        if self._audience == "staff":
            return of_field({}, self._file_settings("max_file_size"))
        return of_field(configuration, self._file_settings("max_file_size", "allowed_filetypes", "allow_attachments"))

    def _file_settings(self, *keys: str) -> dict[str, str]:
        config = load_config(self._tx)
        return {key: config.text(key) for key in keys}


def _priorities() -> Select[Any]:
    priority = t.ticket_priority.c
    named = _choice(priority.priority_id, priority.priority_desc, priority.priority, priority.ispublic)
    return named.order_by(priority.priority_urgency.desc(), priority.priority_id)


def _departments() -> Select[Any]:
    department, parent = t.department.c, t.department.alias("parent")
    full_name = parent.c.name + literal(" / ") + department.name
    return (
        _choice(department.id, department.name, full_name, department.ispublic)
        .select_from(t.department.outerjoin(parent, parent.c.id == department.pid))
        .where(department.flags.bitwise_and(DepartmentFlag.ACTIVE) != 0)
        .order_by(department.name, department.id)
    )


def _topics() -> Select[Any]:
    topic, parent = t.help_topic.c, t.help_topic.alias("parent")
    full_name = parent.c.topic + literal(" / ") + topic.topic
    return (
        _choice(topic.topic_id, topic.topic, full_name, topic.ispublic)
        .select_from(t.help_topic.outerjoin(parent, parent.c.topic_id == topic.topic_pid))
        .where(func.coalesce(topic.flags, 0).bitwise_and(TopicFlag.ACTIVE) != 0)
        .order_by(topic.sort, topic.topic_id)
    )


def _slas() -> Select[Any]:
    sla = t.sla.c
    return (
        _choice(sla.id, sla.name, null(), true()).where(sla.flags.bitwise_and(SlaFlag.ACTIVE) != 0).order_by(sla.name)
    )


def _choice(*columns: ColumnElement[Any]) -> Select[Any]:
    names = ("id", "name", "alias", "is_public")
    return select(*(column.label(name) for column, name in zip(columns, names, strict=True)))


@cache
def _select_named(kind: Kind) -> Select[Any]:
    return _NAMED[kind]()


_NAMED: Final[dict[Kind, Callable[[], Select[Any]]]] = {
    "priority": _priorities,
    "department": _departments,
    "topic": _topics,
    "SLA plan": _slas,
}
