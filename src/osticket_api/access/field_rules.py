"""Which fields callers are not shown or cannot set, as administrators narrow it (`/field-permissions`).

The rules come with the caller, so that asking for them costs nothing. Where there are none, nobody is narrowed.
The rules do not hold for administrators. They hold for every API key, also for one that stands for an administrator.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import select

from osticket_api.access.principal import ApiKey, FieldRule, Principal, Staff
from osticket_api.db.caches import FIELD_RULES
from osticket_api.db.tables.own import api_field_permission
from osticket_api.db.unit import Read
from osticket_api.errors import Fault, Forbidden

ANYWHERE: Final = "anywhere"
"""Stands for a department that is not known: fields that are hidden in any of the caller's departments count as hidden.
"""

Where = int | None | Literal["anywhere"]
"""The department of a ticket or task. None for what is in no department, such as users."""


class Limits(msgspec.Struct, frozen=True):
    """What a caller is not shown of a resource, and what they cannot set."""

    hidden: frozenset[str] = frozenset()
    frozen: frozenset[str] = frozenset()
    """Everything that is hidden, too."""

    @property
    def hides_answers(self) -> bool:
        """Whether any answer to a form is hidden: then no text of the search index is shown, since it does not tell
        answers apart.
        """
        return any(name.startswith("custom_fields") or name in _INDEXED for name in self.hidden)

    def hides(self, name: str) -> bool:
        return _is_among(name, self.hidden)

    def freezes(self, name: str) -> bool:
        return _is_among(name, self.frozen)

    def require_settable(self, given: Iterable[str], changed: Iterable[str] | None = None) -> None:
        """Refuse to set what is not to be set.

        `given` are the fields in the request, `changed` those with another value than before; by default all of them.
        Whoever sends a hidden field is refused in any case: else its value could be guessed.

        Raises: Forbidden naming each field.
        """
        given = list(given)
        refused = {name for name in given if self.hides(name)}
        refused |= {name for name in (given if changed is None else changed) if self.freezes(name)}
        if refused:
            raise Forbidden(*(not_settable(name) for name in sorted(refused)))

    def unfrozen(self, actions: Mapping[str, bool], sets: Mapping[str, Sequence[str]]) -> dict[str, bool]:
        """Whether each action is allowed, without those of which everything is frozen that they set."""
        frozen = {action for action, fields in sets.items() if self.frozen and all(map(self.freezes, fields))}
        return {action: may and action not in frozen for action, may in actions.items()}


NO_LIMITS: Final = Limits()
_INDEXED: Final = frozenset({"priority", "email", "emails", "phone"})
"""The fields of a ticket or a user, besides custom fields, whose values are in osTicket's search index."""
_SAME: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("user", "email"): ("emails",),
    ("user", "emails"): ("email",),
    ("user", "phone"): ("custom_fields.phone", "phone_text"),
    ("user", "phone_text"): ("custom_fields.phone", "phone"),
    ("user", "custom_fields.phone"): ("phone", "phone_text"),
}
"""Fields that tell the same as another field."""


def not_settable(name: str) -> Fault:
    return Fault("field_not_allowed", f"You may not set {name}.", name)


def _is_among(name: str, fields: frozenset[str]) -> bool:
    """A field by its name in responses, or in requests (`status_id`); a custom field also where all are meant."""
    if not fields:
        return False
    return bool(fields & {name, name.removesuffix("_id"), name.partition(".")[0]})


def load_rules(tx: Read) -> tuple[FieldRule, ...]:
    """All rules, cached."""
    if not tx.has_own_tables:
        return ()
    rule = api_field_permission.c
    columns = (rule.resource, rule.field, rule.effect, rule.applies_to, rule.target)
    statement = select(*columns).order_by(rule.id)
    return tx.cached(FIELD_RULES, None, lambda: tuple(FieldRule(**row._mapping) for row in tx.rows(statement)))


def limits_on(principal: Principal, resource: str, where: Where = None) -> Limits:
    """What this caller is not shown of a resource in this department, and cannot set."""
    if not principal.field_rules:
        return NO_LIMITS
    return _limits(principal.field_rules, _audiences(principal, where), resource)


@lru_cache(maxsize=1024)
def _limits(rules: tuple[FieldRule, ...], audiences: frozenset[tuple[str, str]], resource: str) -> Limits:
    of_caller = [rule for rule in rules if rule.resource == resource and (rule.applies_to, rule.target) in audiences]
    hidden = (rule.field for rule in of_caller if rule.effect == "hide")
    return Limits(_with_same(resource, hidden), _with_same(resource, (rule.field for rule in of_caller)))


def _with_same(resource: str, fields: Iterable[str]) -> frozenset[str]:
    return frozenset(each for name in fields for each in (name, *_SAME.get((resource, name), ())))


def _audiences(principal: Principal, where: Where) -> frozenset[tuple[str, str]]:
    """Whom rules have to be about, to be about this caller."""
    if isinstance(principal, Staff):
        of_key = {("keys", ""), ("key", str(principal.api_key_id))} if principal.api_key_id is not None else set()
        return frozenset(of_key | (set() if principal.is_admin else _of_agent(principal, where)))
    if isinstance(principal, ApiKey):
        reference = f"osticket:{principal.id}" if principal.is_osticket else str(principal.id)
        return frozenset({("keys", ""), ("key", reference)})
    return frozenset({("users", "")})


def _of_agent(staff: Staff, where: Where) -> set[tuple[str, str]]:
    """An agent has the role of the department; where they have none there, and in none, their primary role counts."""
    if where == ANYWHERE:
        roles = {staff.role_id, *staff.role_ids.values()}
    else:
        roles = {staff.role_ids.get(where or 0, staff.role_id)}
    return {("agents", ""), *(("role", str(role_id)) for role_id in roles)}


def limits_anywhere(principal: Principal, resource: str) -> Limits:
    """What this caller is not shown of a resource in one department or another: what lists cannot be asked by."""
    return limits_on(principal, resource, ANYWHERE if resource in IN_DEPARTMENTS else None)


def hide_from(principal: Principal, value: Any) -> None:
    """Take out of an answer, wherever in it, what the caller is not shown: those fields become UNSET, and so absent."""
    if any(rule.effect == "hide" for rule in principal.field_rules):
        _Hiding(principal).go_over(value)


class _Hiding:
    def __init__(self, principal: Principal) -> None:
        self._principal = principal

    def go_over(self, value: Any) -> None:
        if isinstance(value, msgspec.Struct):
            self._narrow(value)
            for name in value.__struct_fields__:
                self.go_over(getattr(value, name))
        elif isinstance(value, Mapping):
            for each in value.values():
                self.go_over(each)
        elif isinstance(value, list | tuple):
            for each in value:
                self.go_over(each)

    def _narrow(self, value: msgspec.Struct) -> None:
        resource = getattr(value, "RESOURCE", None)
        limits = NO_LIMITS if resource is None else limits_on(self._principal, resource, _department_of(value))
        for name in limits.hidden:
            field, _, part = name.partition(".")
            held = getattr(value, field, msgspec.UNSET)
            if part and isinstance(held, Mapping):
                setattr(value, field, {key: each for key, each in held.items() if key != part})
            elif not part and held is not msgspec.UNSET:
                setattr(value, field, msgspec.UNSET)
            if field == "custom_fields":
                _hide_named(value, part)


def _hide_named(value: msgspec.Struct, name: str) -> None:
    """Hide a custom field, or all of them, where they stand with their labels."""
    named = getattr(value, "named_fields", msgspec.UNSET)
    if named is not msgspec.UNSET:
        kept = [each for each in named if each.name != name] if name else msgspec.UNSET
        setattr(value, "named_fields", kept)  # noqa: B010 - mypy knows no such field of `Struct`.


def _department_of(value: Any) -> Where:
    """The department that an answer names. Only tickets and tasks are in one."""
    if value.RESOURCE not in IN_DEPARTMENTS:
        return None
    department = getattr(value, "department", msgspec.UNSET)
    return ANYWHERE if department is msgspec.UNSET else department.id if department is not None else None


IN_DEPARTMENTS: Final = frozenset({"ticket", "task"})
