"""Response models for changes."""

from typing import Annotated, Any

import msgspec

from osticket_api.features.changes.kinds import KINDS
from osticket_api.kit.enumerations import one_of


class ResourceChange(msgspec.Struct):
    """A resource that changed, as it is now."""

    kind: Annotated[str, one_of(KINDS)]
    """tickets, users, ..., as `kinds` names them."""
    id: int
    is_deleted: bool
    """Whether the resource is deleted, or out of the caller's sight: drop it from the copy."""
    data: Any
    """The resource as the list of its kind shows it; null where it is deleted."""
