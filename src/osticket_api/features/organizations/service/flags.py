"""What an organization is set to do. Source: people.md 2.1."""

from collections.abc import Mapping
from typing import Any, Final

SHARES_WITH_CONTACTS: Final = 0x08

FLAGS: Final = {
    "adds_members": 0x01,
    "adds_primary_contacts": 0x02,
    "assigns_to_manager": 0x04,
    "share_primary_contacts": SHARES_WITH_CONTACTS,
    "share_everything": 0x10,
}
"""Names of flags to bits of `organization.status`."""


def with_flags(status: int, given: Mapping[str, Any]) -> int:
    """The bits, changed as far as flags are given."""
    for name, bit in FLAGS.items():
        if name in given:
            status = status | bit if given[name] else status & ~bit
    return status


def read_flags(status: int) -> dict[str, bool]:
    return {name: bool(status & bit) for name, bit in FLAGS.items()}
