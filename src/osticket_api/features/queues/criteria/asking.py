"""What a criterion is asked with: who asks, when, and in which zone; and what to do with one that cannot be asked."""

from dataclasses import dataclass
from datetime import tzinfo
from functools import cached_property
from zoneinfo import ZoneInfo

from osticket_api.access.principal import Staff
from osticket_api.db.config import load_config
from osticket_api.db.engine import Read
from osticket_api.features.queues.criteria.reading import Criterion


class Untranslatable(Exception):
    """A criterion that this server cannot say in SQL: nobody may be shown a list that leaves it out."""

    def __init__(self, criterion: Criterion, what: str) -> None:
        super().__init__(what)
        self.criterion = criterion
        self.what = what


@dataclass(frozen=True)
class Asking:
    tx: Read
    staff: Staff

    @cached_property
    def zone(self) -> tzinfo:
        """In which days begin: the agent's, else the help desk's."""
        for name in (self.staff.timezone, load_config(self.tx).text("default_timezone")):
            try:
                if name:
                    return ZoneInfo(name)
            except (KeyError, ValueError, OSError):
                continue
        return self.tx.zone
