"""From where the feed of events learns what was changed: `EVENTS_SOURCE`."""

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Literal

from pydantic import field_validator

from osticket_api.settings_features import Features


class EventSource(Features):
    """The source of events, besides the features it belongs to."""

    events_source: Literal["tables", "binlog"] = "tables"

    @field_validator("events_source")
    @classmethod
    def _with_its_package(cls, value: str) -> str:
        if value == "binlog" and find_spec("pymysqlreplication") is None:
            raise ValueError("binlog needs its own package: pip install 'osticket-api[binlog]'")
        return value

    @property
    def reads_log(self) -> bool:
        """Whether the binary log of the database says where to look for changes."""
        return self.features_events and self.events_source == "binlog"

    def feature_faults(self) -> Iterator[str]:
        """What the switches cannot be together, nor with a source of events."""
        yield from super().feature_faults()
        if self.events_source == "binlog" and not self.features_events:
            yield "EVENTS_SOURCE needs FEATURES_EVENTS, which is off: switch it on, or leave EVENTS_SOURCE out"
