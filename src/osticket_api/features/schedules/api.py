"""Public interface of schedules for the rest of the application."""

from collections.abc import Sequence

from osticket_api.db.config import load_config
from osticket_api.db.unit import Read
from osticket_api.kit import php_json

"""The flag of schedules of working time; the others are of holidays."""


def holiday_ids(tx: Read, schedule_id: int) -> Sequence[int]:
    """The schedules of holidays that interrupt these business hours. Source: people.md 5.3"""
    return listed_holidays(load_config(tx, namespace_of(schedule_id)).text("configuration"))


def listed_holidays(configuration: str) -> Sequence[int]:
    """The ids in a schedule's configuration, which PHP writes as a list or as an object."""
    stored = php_json.decode(configuration)
    listed = stored.get("holidays") if isinstance(stored, dict) else None
    return [int(each) for each in (listed.values() if isinstance(listed, dict) else listed or ())]


def namespace_of(schedule_id: int) -> str:
    """The namespace of a schedule's configuration among the settings."""
    return f"schedule.{schedule_id}"
