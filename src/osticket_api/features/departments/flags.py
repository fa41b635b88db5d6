"""What the flags of a department say. Source: people.md 4.1."""

from collections.abc import Mapping
from typing import Any, Final

from osticket_api.kit.in_use import InUse

ACTIVE: Final = 0x04
IN_USE: Final = InUse(active=ACTIVE, archived=0x08)

_BITS: Final = {
    "assigns_to_members_only": (0x01, True),
    "assigns_to_primary_members_only": (0x10, True),
    "claims_on_reply": (0x02, False),
    "assigns_on_reopen": (0x20, False),
}
"""Names to bits, and what a bit that is set says."""


def read_flags(flags: int) -> dict[str, Any]:
    told = {name: bool(flags & bit) is meaning for name, (bit, meaning) in _BITS.items()}
    return IN_USE.read(flags) | told


def with_flags(flags: int, given: Mapping[str, Any]) -> int:
    """The flags after what is given. Assigning to members and to primary members only exclude each other."""
    for name, (bit, meaning) in _BITS.items():
        if name in given:
            flags = flags | bit if given[name] is meaning else flags & ~bit
    for name, other in (("assigns_to_members_only", 0x10), ("assigns_to_primary_members_only", 0x01)):
        if given.get(name):
            flags &= ~other
    return IN_USE.changed(flags, given)
