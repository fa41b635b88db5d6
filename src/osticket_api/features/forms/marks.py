"""The flags of a field by name: whom it is for, and what of it is fixed. Source: people.md 5.10."""

from collections.abc import Mapping
from typing import Any, Final

from osticket_api.db.flags import FieldFlag
from osticket_api.errors import Conflict, Faults

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
USUAL: Final = int(
    FieldFlag.ENABLED | FieldFlag.CLIENT_VIEW | FieldFlag.CLIENT_EDIT | FieldFlag.AGENT_VIEW | FieldFlag.AGENT_EDIT
)
"""Everybody sees and fills in a new field, nobody has to."""

_FIXED: Final = {
    "type": FieldFlag.FIXED_TYPE,
    "is_enabled": FieldFlag.ALWAYS_ENABLED,
    "is_required_of_users": FieldFlag.FIXED_REQUIREMENT,
    "is_required_of_agents": FieldFlag.FIXED_REQUIREMENT,
    "is_visible_to_users": FieldFlag.FIXED_VISIBILITY,
    "is_editable_by_users": FieldFlag.FIXED_VISIBILITY,
    "is_visible_to_agents": FieldFlag.FIXED_VISIBILITY,
    "is_editable_by_agents": FieldFlag.FIXED_VISIBILITY,
    "name": FieldFlag.FIXED_NAME,
}
_NOTHING_CHANGES: Final = FieldFlag.NOT_EDITABLE
_STAYS: Final = FieldFlag.NOT_DELETABLE
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
            flags = flags | int(bit) if given[name] else flags & ~int(bit)
    return flags


def check_marks(flags: int, given: Mapping[str, Any], faults: Faults, path: str = "") -> None:
    """Check that whoever must fill in a field also sees it."""
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
