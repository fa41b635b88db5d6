"""Add, edit and delete ticket filters. Source: tickets.md 1.5, golden cases 369 to 371."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Row, delete, select

from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.flags import TopicFlag, has_flag
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict, Faults, Invalid
from osticket_api.features.ban_list.api import NAME as BAN_LIST
from osticket_api.features.filters.actions import SETTINGS
from osticket_api.features.filters.reading import ACTION_TYPES, MAIL_KEYS, OPERATORS, TARGETS, get_filter
from osticket_api.features.filters.requests import ActionInput, RuleInput
from osticket_api.kit import php_json
from osticket_api.query.choices import (
    AGENT,
    DEPARTMENT,
    EMAIL,
    PRIORITY,
    SLA,
    STATUS,
    TEAM,
    Choice,
    check_choice,
    check_choices,
)
from osticket_api.query.resource import Resource

FILTERS: Final = Resource("ticket filter", t.filter_, get_filter)

_HOWS: Final = {name: name_in_rows for name_in_rows, name in OPERATORS.items()}
_KINDS: Final = {name: name_in_rows for name_in_rows, name in ACTION_TYPES.items()}
_TARGETS: Final = {name: name_in_rows for name_in_rows, name in TARGETS.items()}
_CHOICES: Final = {
    "canned_response": Choice("canned response", t.canned_response.c.canned_id, t.canned_response.c.isenabled == 1),
    "department": DEPARTMENT,
    "priority": PRIORITY,
    "sla": SLA,
    "team": TEAM,
    "agent": AGENT,
    "topic": Choice("topic", t.help_topic.c.topic_id, has_flag(t.help_topic.c.flags, TopicFlag.ACTIVE)),
    "status": STATUS,
}
_COLUMNS: Final = {
    "name": "name",
    "order": "execorder",
    "is_active": "isactive",
    "email_id": "email_id",
    "stops_on_match": "stop_onmatch",
    "notes": "notes",
}


def add_filter(tx: Write, actor: Principal, given: Mapping[str, Any]) -> int:
    """Add a filter with its rules and actions. Returns its id.

    Raises: Conflict for a name that is taken, Invalid for what cannot be chosen.
    """
    _check(tx, given, target=given.get("target", "any"), email_id=given.get("email_id"))
    defaults = {"execorder": 99, "isactive": True, "flags": 0, "status": 0}
    filter_id = FILTERS.insert(tx, **{**defaults, **_columns(given)})
    _add_rules(tx, filter_id, given["rules"])
    _add_actions(tx, filter_id, given["actions"])
    return filter_id


def edit_filter(tx: Write, actor: Principal, row: Row[Any], given: Mapping[str, Any]) -> None:
    """Change a filter. Rules and actions that stay the same keep their rows.

    Raises: Conflict for a name that is taken, Invalid for what cannot be chosen.
    """
    target = given.get("target", TARGETS[row.target])
    _check(tx, given, target=target, email_id=given.get("email_id", row.email_id), but=row.id)
    columns = _columns(given)
    changed = [_replace_rules(tx, row.id, given["rules"])] if "rules" in given else []
    if "actions" in given:
        changed.append(_replace_actions(tx, row.id, given["actions"]))
        columns["flags"] = 0  # The mark warns of an object that is out of use; the new actions name none.
    FILTERS.save(tx, row, columns, touch=any(changed))


def delete_filter(tx: Write, actor: Principal, row: Row[Any]) -> None:
    """Delete a filter with its rules and actions."""
    for table in (t.filter_rule, t.filter_action):
        tx.change(delete(table).where(table.c.filter_id == row.id))
    tx.change(delete(t.filter_).where(t.filter_.c.id == row.id))


def _check(tx: Read, given: Mapping[str, Any], *, target: str, email_id: int | None, but: int | None = None) -> None:
    if given.get("name", "").casefold() == BAN_LIST.casefold():
        raise Conflict.because("This is the name of the ban list: see /ban-list.", field="name", code="name_taken")
    if "name" in given:
        FILTERS.check_unique(tx, "name", given["name"], field="name", but=but)
    if email_id is not None and target != "email":
        raise Invalid.because("email_id is only for filters whose target is email.", field="email_id")
    check_choice(tx, EMAIL, given.get("email_id"), field="email_id")
    faults = Faults()
    _check_fields(tx, given.get("rules", ()), faults)
    _check_actions(tx, given.get("actions", ()), faults)
    faults.raise_if_any()


def _check_fields(tx: Read, rules: Sequence[RuleInput], faults: Faults) -> None:
    """Check that the forms have the fields that rules name."""
    named = {number: int(rule.field.split(".")[1]) for number, rule in enumerate(rules) if "." in rule.field}
    if not named:
        return
    present = set(tx.scalars(select(t.form_field.c.id).where(t.form_field.c.id.in_(set(named.values())))))
    for number, field_id in named.items():
        if field_id not in present:
            faults.add(f"rules.{number}.field", f"There is no field {field_id}.")


def _check_actions(tx: Read, actions: Sequence[ActionInput], faults: Faults) -> None:
    choices = {f"actions.{number}.id": _CHOICES.get(action.type) for number, action in enumerate(actions)}
    choices |= {f"actions.{number}.from_email_id": EMAIL for number in range(len(actions))}
    wanted = {f"actions.{number}.id": action.id for number, action in enumerate(actions)}
    wanted |= {f"actions.{number}.from_email_id": action.from_email_id for number, action in enumerate(actions)}
    check_choices(tx, {field: choice for field, choice in choices.items() if choice is not None}, wanted, faults)


def _columns(given: Mapping[str, Any]) -> dict[str, Any]:
    columns = {column: given[name] for name, column in _COLUMNS.items() if name in given}
    if "target" in given:
        columns["target"] = _TARGETS[given["target"]]
    if "match" in given:
        columns["match_all_rules"] = given["match"] == "all"
    return columns


def _add_rules(tx: Write, filter_id: int, rules: Sequence[RuleInput]) -> None:
    for rule in rules:
        what = {"what": rule.field, "how": _HOWS[rule.operator], "val": rule.value}
        tx.insert(t.filter_rule, filter_id=filter_id, isactive=True, notes="", updated=tx.now, **what)


def _add_actions(tx: Write, filter_id: int, actions: Sequence[ActionInput]) -> None:
    for sort, action in enumerate(actions):
        tx.insert(t.filter_action, filter_id=filter_id, sort=sort, updated=tx.now, **_stored(action))


def _replace_rules(tx: Write, filter_id: int, rules: Sequence[RuleInput]) -> bool:
    """Returns whether anything changed."""
    rule = t.filter_rule.c
    present = {(row.what, row.how, row.val): row.id for row in tx.rows(_rows_of(t.filter_rule, filter_id))}
    wanted = {(each.field, _HOWS[each.operator], each.value): each for each in rules}
    gone = [row_id for key, row_id in present.items() if key not in wanted]
    if gone:
        tx.change(delete(t.filter_rule).where(rule.id.in_(gone)))
    new = [each for key, each in wanted.items() if key not in present]
    _add_rules(tx, filter_id, new)
    return bool(gone or new)


def _replace_actions(tx: Write, filter_id: int, actions: Sequence[ActionInput]) -> bool:
    """Returns whether anything changed. Their order counts, so they are replaced as a whole."""
    present = [
        (row.type, php_json.decode(row.configuration) or [])
        for row in sorted(tx.rows(_rows_of(t.filter_action, filter_id)), key=lambda row: (row.sort, row.id))
    ]
    wanted = [_stored(action) for action in actions]
    if present == [(each["type"], php_json.decode(each["configuration"])) for each in wanted]:
        return False
    tx.change(delete(t.filter_action).where(t.filter_action.c.filter_id == filter_id))
    _add_actions(tx, filter_id, actions)
    return True


def _rows_of(table: Any, filter_id: int) -> Any:
    return select(table).where(table.c.filter_id == filter_id)


def _stored(action: ActionInput) -> dict[str, str]:
    """The columns that say what an action does."""
    kind = _KINDS[action.type]
    configuration: dict[str, Any] | list[Any] = []
    if kind in SETTINGS:
        configuration = {SETTINGS[kind].key: action.id}
    elif kind == "email":
        configuration = {"from": action.from_email_id, **{key: getattr(action, key) for key in MAIL_KEYS}}
    return {"type": kind, "configuration": php_json.encode(configuration)}
