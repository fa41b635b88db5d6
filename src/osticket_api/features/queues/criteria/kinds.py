"""The kinds of things that criteria look at, each with the methods it has.

A kind is a function from a method and its value to a condition, or to None for what it does not know.
Source: tickets.md 8.3.2.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from sqlalchemy import ColumnElement, and_, false, or_

from osticket_api.access.principal import Staff
from osticket_api.db import tables as t
from osticket_api.features.queues.criteria.reading import keys_of
from osticket_api.kit import php_json, utf8mb3
from osticket_api.web.input import MAX_ID

Condition = ColumnElement[bool]
Method = Literal[
    "set",
    "nset",
    "equal",
    "nequal",
    "contains",
    "match",
    "starts",
    "greater",
    "less",
    "includes",
    "!includes",
    "assigned",
    "!assigned",
    "future",
    "past",
    "on",
    "before",
    "after",
    "between",
    "period",
    "ndaysago",
    "ndays",
    "distpast",
    "distfut",
]
"""How criteria can compare. Source: tickets.md 8.3"""
METHODS: Final = get_args(Method)

Kind = Callable[[str, Any], Condition | None]

_ME, _MY_TEAMS = "M", "T"
_LONGEST_PATTERN: Final = 200


def text(column: ColumnElement[Any]) -> Kind:
    def kind(method: str, value: Any) -> Condition | None:
        if method in ("set", "nset"):
            there = and_(column.is_not(None), column != "")
            return there if method == "set" else or_(column.is_(None), column == "")
        if not isinstance(value, str | int):
            return None
        methods: dict[str, Callable[[], Condition]] = {
            "equal": lambda: column == str(value),
            "nequal": lambda: or_(column.is_(None), column != str(value)),
            "contains": lambda: column.contains(str(value), autoescape=True),
            "match": lambda: column.regexp_match(pattern_of(str(value))),
            "starts": lambda: column.startswith(str(value), autoescape=True),
        }
        if method == "match" and not _is_pattern(pattern_of(str(value))):
            return None
        return methods[method]() if method in methods else None

    return kind


def pattern_of(pattern: str) -> str:
    """The expression in `/expression/i`: the panel takes both ways to write it, and drops the options."""
    return pattern[1:].rpartition("/")[0] or pattern[1:] if pattern.startswith("/") else pattern


def _is_pattern(text: str) -> bool:
    """Whether this is a regular expression that SQLite takes: `takes_pattern` asks the other databases."""
    try:
        re.compile(text)
    except (re.error, RecursionError, OverflowError):
        return False
    return 0 < len(text) <= _LONGEST_PATTERN


def switch(column: ColumnElement[Any]) -> Kind:
    return lambda method, value: {"set": column == True, "nset": column == False}.get(method)  # noqa: E712


def bits(flags: ColumnElement[Any], mask: int) -> Kind:
    held = flags.bitwise_and(mask) != 0
    return lambda method, value: {"set": held, "nset": ~held}.get(method)


def count(number: ColumnElement[Any]) -> Kind:
    def kind(method: str, value: Any) -> Condition | None:
        if not str(value).isascii() or not str(value).isdigit():
            return None
        wanted = min(int(value), MAX_ID)
        return {"equal": number == wanted, "greater": number > wanted, "less": number < wanted}.get(method)

    return kind


def words(column: ColumnElement[Any]) -> Kind:
    """A column that holds one of a few words."""

    def kind(method: str, value: Any) -> Condition | None:
        known = column.in_([utf8mb3.to_names(key) for key in keys_of(value)])
        return {"includes": known, "!includes": ~known}.get(method)

    return kind


def choice(column: ColumnElement[Any]) -> Kind:
    """An answer that holds keys with their labels, or a bare key."""

    def kind(method: str, value: Any) -> Condition | None:
        if method in ("set", "nset"):
            return text(column)(method, value)
        chosen = or_(false(), *(_chosen(column, key) for key in keys_of(value)))
        return {"includes": chosen, "!includes": or_(column.is_(None), ~chosen)}.get(method)

    return kind


def _chosen(column: ColumnElement[Any], key: str) -> Condition:
    return or_(column == key, column.contains(f"{php_json.encode(key)}:", autoescape=True))


def selection(column: ColumnElement[Any], special: Mapping[str, list[int]] | None = None) -> Kind:
    """An id, 0 for none. `special`: keys that stand for ids, such as `M` for the agent."""

    def kind(method: str, value: Any) -> Condition | None:
        if method in ("set", "nset"):
            return column != None if method == "set" else column == None  # noqa: E711
        ids = _ids(value, special or {})
        if ids is None:
            return None
        return {"includes": column.in_(ids), "!includes": column.not_in(ids)}.get(method)

    return kind


def _ids(value: Any, special: Mapping[str, list[int]]) -> list[int] | None:
    found: list[int] = []
    for key in keys_of(value):
        if key in special:
            found += special[key]
        elif key.isascii() and key.isdigit() and int(key) <= MAX_ID:
            found.append(int(key))
        else:
            return None
    return found


def my_selves(staff: Staff) -> dict[str, list[int]]:
    return {_ME: [staff.id]}


def my_teams(staff: Staff) -> dict[str, list[int]]:
    return {_MY_TEAMS: sorted(staff.team_ids)}


@dataclass(frozen=True)
class _Assignees:
    staff_ids: list[int]
    team_ids: list[int]

    @property
    def condition(self) -> Condition:
        staff_id, team_id = t.ticket.c.staff_id, t.ticket.c.team_id
        return or_(staff_id.in_(self.staff_ids), team_id.in_(self.team_ids))


def assignee(staff: Staff) -> Kind:
    """Conditions on a ticket's assignee: `M` me, `T` my teams, `s2` an agent, `t3` a team."""
    nobody = and_(t.ticket.c.staff_id == None, t.ticket.c.team_id == None)  # noqa: E711

    def kind(method: str, value: Any) -> Condition | None:
        if method in _ASSIGNED:
            return nobody if _ASSIGNED[method] else ~nobody
        those = _assignees(staff, value)
        if those is None:
            return None
        return {"includes": those.condition, "!includes": ~those.condition}.get(method)

    return kind


_ASSIGNED: Final = {"assigned": False, "set": False, "!assigned": True, "nset": True}
"""Methods, and whether they ask for tickets that nobody has."""


def _assignees(staff: Staff, value: Any) -> _Assignees | None:
    staff_ids: list[int] = []
    team_ids: list[int] = []
    for key in keys_of(value):
        number = key[1:]
        if key == _ME:
            staff_ids.append(staff.id)
        elif key == _MY_TEAMS:
            team_ids += sorted(staff.team_ids)
        elif key[:1] in ("s", "t") and number.isascii() and number.isdigit() and int(number) <= MAX_ID:
            (staff_ids if key[0] == "s" else team_ids).append(int(number))
        else:
            return None
    return _Assignees(staff_ids, team_ids)
