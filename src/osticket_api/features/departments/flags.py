"""What the flags of a department say. Source: people.md 4.1."""

from collections.abc import Mapping
from typing import Any, Final

from osticket_api.db.flags import DepartmentFlag
from osticket_api.kit.archivable import Archivable

ARCHIVABLE: Final = Archivable(active=DepartmentFlag.ACTIVE, archived=DepartmentFlag.ARCHIVED)

_BITS: Final = {
    "assigns_to_members_only": (DepartmentFlag.MEMBERS_ONLY, True),
    "assigns_to_primary_members_only": (DepartmentFlag.PRIMARY_MEMBERS_ONLY, True),
    "claims_on_reply": (DepartmentFlag.NO_AUTO_CLAIM, False),
    "assigns_on_reopen": (DepartmentFlag.NO_REOPEN_ASSIGN, False),
}
"""Names to bits, and what a bit that is set says."""

_EXCLUDES: Final = {
    "assigns_to_members_only": DepartmentFlag.PRIMARY_MEMBERS_ONLY,
    "assigns_to_primary_members_only": DepartmentFlag.MEMBERS_ONLY,
}
"""Names to the bit that is cleared when the named one is set."""


def read_flags(flags: int) -> dict[str, Any]:
    named = {name: bool(flags & bit) is meaning for name, (bit, meaning) in _BITS.items()}
    return ARCHIVABLE.read(flags) | named


def with_flags(flags: int, given: Mapping[str, Any]) -> int:
    """The flags after what is given. Assigning to members and to primary members only exclude each other."""
    for name, (bit, meaning) in _BITS.items():
        if name in given:
            flags = flags | bit if given[name] is meaning else flags & ~bit
    for name, other in _EXCLUDES.items():
        if given.get(name):
            flags &= ~other
    return ARCHIVABLE.changed(flags, given)
