"""The flags of an organization. Source: people.md 2.1."""

from collections.abc import Mapping
from typing import Any, Final

from osticket_api.db.flags import OrganizationStatus

FLAGS: Final = {
    "adds_members": OrganizationStatus.ADDS_MEMBERS,
    "adds_primary_contacts": OrganizationStatus.ADDS_PRIMARY_CONTACTS,
    "assigns_to_manager": OrganizationStatus.ASSIGNS_MANAGER,
    "share_primary_contacts": OrganizationStatus.SHARED_WITH_PRIMARY_CONTACTS,
    "share_everything": OrganizationStatus.SHARED_WITH_EVERYBODY,
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
