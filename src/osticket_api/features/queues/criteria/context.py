"""The context in which criteria are translated: the agent and the time zone; and the error for an unknown criterion."""

from dataclasses import dataclass
from datetime import tzinfo
from functools import cached_property
from zoneinfo import ZoneInfo

from osticket_api.access.principal import Staff
from osticket_api.db.config import load_config
from osticket_api.db.unit import Read
from osticket_api.features.queues.criteria.reading import Criterion


class Untranslatable(Exception):
    """A criterion that this server cannot translate into SQL. A list without that criterion must not be shown."""

    def __init__(self, criterion: Criterion, what: str) -> None:
        super().__init__(what)
        self.criterion = criterion
        self.what = what


@dataclass(frozen=True)
class CriteriaContext:
    tx: Read
    staff: Staff

    @cached_property
    def zone(self) -> tzinfo:
        """The zone in which days begin: the agent's, else the help desk's."""
        for name in (self.staff.timezone, load_config(self.tx).text("default_timezone")):
            try:
                if name:
                    return ZoneInfo(name)
            except (KeyError, ValueError, OSError):
                continue
        return self.tx.zone
