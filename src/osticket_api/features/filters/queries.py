"""Filters, and the objects they name, as the database has them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, Row, Select, bindparam, or_, select, true

from osticket_api.db import tables as t
from osticket_api.db.flags import DepartmentFlag, TopicFlag
from osticket_api.db.unit import Read
from osticket_api.features.filters.actions import Action, NamedObject, Objects
from osticket_api.features.filters.matching import Filter, Rule
from osticket_api.kit import php_json

_Part = TypeVar("_Part")


def list_filters(tx: Read, *, target: str, email_id: int | None) -> list[Filter]:
    """The active filters for tickets that come this way, with rules and actions, in the order they are tried.

    Source: tickets.md 1.5
    """
    return filters_of(tx, tx.prepared(_select_active(email_id is not None), {"target": target, "email_id": email_id}))


@lru_cache(maxsize=2)
def _select_active(is_mailbox_known: bool) -> Select[Any]:
    """The filters for the way `target`, of the mailbox `email_id` where it is known."""
    for_way = or_(t.filter_.c.target == "Any", t.filter_.c.target == bindparam("target"))
    return (
        select(t.filter_)
        .where(t.filter_.c.isactive, for_way, _fits_mailbox(is_mailbox_known))
        .order_by(t.filter_.c.execorder, t.filter_.c.id)
    )


def filters_of(tx: Read, rows: Sequence[Row[Any]]) -> list[Filter]:
    """These filters with their rules and actions, in the order of the rows."""
    ids = [row.id for row in rows]
    rules = _rules(tx, ids) if ids else {}
    actions = _actions(tx, ids) if ids else {}
    return [
        Filter(row.id, row.name, row.match_all_rules, row.stop_onmatch, rules.get(row.id, ()), actions.get(row.id, ()))
        for row in rows
    ]


def _fits_mailbox(is_mailbox_known: bool) -> ColumnElement[bool]:
    """A filter bound to a mailbox sees what came there. Where no mailbox is known, only mail filters care."""
    bound_to, target = t.filter_.c.email_id, t.filter_.c.target
    elsewhere = bound_to == bindparam("email_id") if is_mailbox_known else target != "Email"
    return or_(bound_to.is_(None), elsewhere)


def _rules(tx: Read, filter_ids: Sequence[int]) -> dict[int, list[Rule]]:
    """The rules of each filter. Rules that are switched off count as well: only the ban list heeds that switch."""
    rule = t.filter_rule.c
    rows = tx.rows(select(t.filter_rule).where(rule.filter_id.in_(filter_ids)).order_by(rule.id))
    return _by_filter(rows, lambda row: Rule(row.what, row.how, row.val))


def _actions(tx: Read, filter_ids: Sequence[int]) -> dict[int, list[Action]]:
    action = t.filter_action.c
    rows = tx.rows(select(t.filter_action).where(action.filter_id.in_(filter_ids)).order_by(action.sort, action.id))
    return _by_filter(rows, lambda row: Action(row.type, _configuration(row.configuration)))


def _configuration(stored: str | None) -> dict[str, Any]:
    """Empty where there is none: PHP writes that as a list."""
    configuration = php_json.decode(stored)
    return configuration if isinstance(configuration, dict) else {}


def _by_filter(rows: Iterable[Row[Any]], make: Callable[[Row[Any]], _Part]) -> dict[int, list[_Part]]:
    parts: dict[int, list[_Part]] = defaultdict(list)
    for row in rows:
        parts[row.filter_id].append(make(row))
    return parts


_department, _topic, _staff = t.department.c, t.help_topic.c, t.staff.c
_NAMED: Final[dict[str, tuple[ColumnElement[Any], ...]]] = {
    "department": (_department.id, _department.flags.bitwise_and(DepartmentFlag.ACTIVE) != 0, _department.name),
    "priority": (t.ticket_priority.c.priority_id, true(), t.ticket_priority.c.priority_desc),
    "sla": (t.sla.c.id, true(), t.sla.c.name),
    "staff": (_staff.staff_id, true(), _staff.firstname, _staff.lastname),
    "team": (t.team.c.team_id, true(), t.team.c.name),
    "topic": (_topic.topic_id, _topic.flags.bitwise_and(TopicFlag.ACTIVE) != 0, _topic.topic),
}
"""Per table: id, whether it is active where that matters, and what makes up its name."""


def find_objects(tx: Read, filters: Iterable[Filter]) -> Objects:
    """Load the rows that actions of these filters refer to: one query for each table."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for action in (action for each in filters for action in each.actions):
        if action.setting and action.setting.names and action.object_id:
            wanted[action.setting.names].add(action.object_id)
    return {table: _named(tx, table, ids) for table, ids in wanted.items()}


def _named(tx: Read, table: str, ids: set[int]) -> dict[int, NamedObject]:
    identifier, *_ = columns = _NAMED[table]
    rows: Iterable[Any] = tx.rows(select(*columns).where(identifier.in_(ids)))
    return {key: NamedObject(" ".join(filter(None, names)), bool(active)) for key, active, *names in rows}
