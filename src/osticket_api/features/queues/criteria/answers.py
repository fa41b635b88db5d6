"""Criteria about what has been answered in forms: of the ticket, of its user, of the user's organization.

osTicket looks at copies of the answers, which it drops and rebuilds; here the answers themselves are asked. Source:
tickets.md 8.3.2.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.sql.expression import literal

from osticket_api.db import tables as t
from osticket_api.features.queues.criteria import kinds
from osticket_api.features.queues.criteria.context import CriteriaContext
from osticket_api.features.queues.criteria.kinds import Condition, Kind
from osticket_api.features.queues.criteria.reading import keys_of
from osticket_api.web.input import MAX_ID

_PREFIXES: Final = {"cdata__": "T", "user__cdata__": "U", "user__org__cdata__": "O"}
_BY_ID: Final = re.compile(r"entries__answers!([0-9]{1,9})__value(?:_id)?")
_TEXT_TYPES: Final = frozenset({"text", "memo", "phone"})
_INCOMPARABLE: Final = frozenset({"datetime", "files"})
"""Written in ways that SQL cannot compare: they are there, or not."""
_REFERENCES: Final = frozenset({"priority", "department", "topic", "sla", "assignee"})


def kind_of(context: CriteriaContext, path: str) -> Kind | None:
    """How to ask for answers: by the field's name (`cdata__subject`), or its id. None for anything else."""
    field = t.form_field.c
    if by_id := _BY_ID.fullmatch(path):
        if int(by_id[1]) > MAX_ID:
            return None
        return _kind(context, "T", [field.id == int(by_id[1])])
    for prefix in sorted(_PREFIXES, key=len, reverse=True):
        if path.startswith(prefix) and len(path) > len(prefix):
            return _kind(context, _PREFIXES[prefix], [field.name == path.removeprefix(prefix)])
    return None


def _kind(context: CriteriaContext, object_type: str, which: Sequence[Condition]) -> Kind | None:
    field_types = _types(context, object_type, which)
    if len(field_types) != 1:
        return None
    value = _value_kind(field_types.pop())
    if value is None:
        return None

    def kind(method: str, given: Any) -> Condition | None:
        condition = value("set" if method == "nset" else method, given)
        if condition is None:
            return None
        there = exists(_answers(object_type).where(*which, condition))
        return ~there if method == "nset" else there

    return kind


def _types(context: CriteriaContext, object_type: str, which: Sequence[Condition]) -> set[str]:
    """The types of the fields that are meant: they may have the same name in several forms."""
    forms = ("T", "G") if object_type == "T" else (object_type, "G")
    found = context.tx.scalars(
        select(t.form_field.c.type)
        .join_from(t.form_field, t.form, t.form.c.id == t.form_field.c.form_id)
        .where(*which, t.form.c.type.in_(forms))
    )
    return set(found)


def _value_kind(field_type: str) -> Kind | None:
    answer = t.form_entry_values.c
    if field_type in _TEXT_TYPES:
        return kinds.text(answer.value)
    if field_type in ("choices", "timezone") or field_type.startswith("list-"):
        return kinds.choice(answer.value)
    if field_type == "bool":
        return _switch(answer.value)
    if field_type in _REFERENCES:
        return _reference(answer.value, answer.value_id)
    return _is_there(answer.value) if field_type in _INCOMPARABLE else None


def _switch(value: ColumnElement[Any]) -> Kind:
    return lambda method, _: value == "1" if method == "set" else None


def _is_there(value: ColumnElement[Any]) -> Kind:
    return lambda method, given: kinds.text(value)(method, given) if method == "set" else None


def _reference(value: ColumnElement[Any], value_id: ColumnElement[Any]) -> Kind:
    def kind(method: str, given: Any) -> Condition | None:
        keys = keys_of(given)
        numbers = [int(key) for key in keys if key.isascii() and key.isdigit() and int(key) <= MAX_ID]
        named = [key for key in keys if key[:1] in ("s", "t") and key[1:].isascii() and key[1:].isdigit()]
        if method == "set":
            return or_(value_id != 0, kinds.text(value)("set", None))  # type: ignore[arg-type]
        if len(numbers) + len(named) < len(keys):
            return None
        chosen = or_(value_id.in_(numbers), value.in_(keys), *(_assigned(value, key) for key in named))
        return {"includes": chosen, "!includes": ~chosen}.get(method)

    return kind


def _assigned(value: ColumnElement[Any], key: str) -> Condition:
    """An answer that names an agent `s2` or a team `t1`, alone or as a key with its label."""
    return value.contains(f'"{key}"', autoescape=True)


def _answers(object_type: str) -> Select[Any]:
    """The answers of a ticket, of its user, or of the user's organization."""
    entry, answer, ticket, user = t.form_entry.c, t.form_entry_values.c, t.ticket.c, t.user.c
    answered = t.form_entry.join(t.form_entry_values, answer.entry_id == entry.id).join(
        t.form_field, t.form_field.c.id == answer.field_id
    )
    owner: Condition = entry.object_id == (ticket.ticket_id if object_type == "T" else ticket.user_id)
    if object_type == "O":
        answered = answered.join(t.user, user.org_id == entry.object_id)
        owner = user.id == ticket.user_id
    return select(literal(1)).select_from(answered).where(entry.object_type == object_type, owner)
