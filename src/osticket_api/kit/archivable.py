"""Whether a thing is in use, switched off, or archived, as two of osTicket's flags tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Archivable:
    """The bits: `active` counts before `archived`, and neither means switched off."""

    active: int
    archived: int

    def changed(self, flags: int, given: Mapping[str, Any]) -> int:
        """The flags after what is given of `is_active` and `is_archived`, which exclude each other."""
        if given.get("is_active"):
            return flags & ~self.archived | self.active
        if given.get("is_archived"):
            return flags & ~self.active | self.archived
        dropped = (self.active if "is_active" in given else 0) | (self.archived if "is_archived" in given else 0)
        return flags & ~dropped

    def read(self, flags: int) -> dict[str, bool]:
        is_active = bool(flags & self.active)
        return {"is_active": is_active, "is_archived": bool(flags & self.archived) and not is_active}
