"""The flags of a field by name: whom it is for, and what of it is fixed. Source: people.md 5.10."""

from collections.abc import Mapping
from typing import Any, Final

from osticket_api.errors import Conflict, Faults
from osticket_api.features.forms.fields import FieldFlag

MARKS: Final = {
    "is_enabled": FieldFlag.ENABLED,
    "is_visible_to_users": FieldFlag.CLIENT_VIEW,
    "is_editable_by_users": FieldFlag.CLIENT_EDIT,
    "is_required_of_users": FieldFlag.CLIENT_REQUIRED,
    "is_visible_to_agents": FieldFlag.AGENT_VIEW,
    "is_editable_by_agents": FieldFlag.AGENT_EDIT,
    "is_required_of_agents": FieldFlag.AGENT_REQUIRED,
    "is_required_to_close": FieldFlag.CLOSE_REQUIRED,
}
USUAL: Final = 0x3301
"""Everybody sees and fills in a new field, nobody has to."""

_FIXED: Final = {
    "type": 0x10,
    "is_enabled": 0x80,
    "is_required_of_users": 0x10000,
    "is_required_of_agents": 0x10000,
    "is_visible_to_users": 0x20000,
    "is_editable_by_users": 0x20000,
    "is_visible_to_agents": 0x20000,
    "is_editable_by_agents": 0x20000,
    "name": 0x40000,
}
_NOTHING_CHANGES: Final = 0x40
_STAYS: Final = 0x20
_NEEDS: Final = {
    "is_editable_by_users": "is_visible_to_users",
    "is_required_of_users": "is_editable_by_users",
    "is_editable_by_agents": "is_visible_to_agents",
    "is_required_of_agents": "is_editable_by_agents",
}


def with_marks(flags: int, given: Mapping[str, Any]) -> int:
    """The flags after what is given."""
    for name, bit in MARKS.items():
        if name in given:
            flags = flags | bit if given[name] else flags & ~bit
    return flags


def check_marks(flags: int, given: Mapping[str, Any], faults: Faults, path: str = "") -> None:
    """Who is to fill in a field has to see it."""
    for name, needed in _NEEDS.items():
        if flags & MARKS[name] and not flags & MARKS[needed] and given.keys() & {name, needed}:
            field = name if name in given else needed
            faults.add(path + field, f"{name} needs {needed}.")


def check_fixed(flags: int, changed: Mapping[str, Any]) -> None:
    """Raises: Conflict for what osTicket holds fast of a built-in field."""
    for name in changed:
        if flags & (_FIXED.get(name, 0) | _NOTHING_CHANGES):
            raise Conflict.because(f"osTicket needs this field as it is: {name} is fixed.", field=name, code="fixed")


def check_removable(flags: int) -> None:
    """Raises: Conflict for a field that osTicket cannot do without."""
    if flags & (_STAYS | _NOTHING_CHANGES):
        raise Conflict.because("osTicket needs this field.", code="fixed")
