"""What other features may use of schedules."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.engine import Read
from osticket_api.errors import Invalid
from osticket_api.kit import php_json
from osticket_api.web.small_lists import has_flag

BUSINESS_HOURS: Final = 0x1
"""The flag of schedules of working time; the others are of holidays."""


def check_business_hours(tx: Read, schedule_id: int | None, *, field: str) -> None:
    """Raises: Invalid unless it is a schedule of working time, or None."""
    if schedule_id is None:
        return
    schedule = t.schedule.c
    wanted = select(schedule.id).where(schedule.id == schedule_id, has_flag(schedule.flags, BUSINESS_HOURS))
    if tx.scalar(wanted) is None:
        raise Invalid.because(f"There are no business hours {schedule_id} to choose.", field=field)


def holiday_ids(tx: Read, schedule_id: int) -> Sequence[int]:
    """The schedules of holidays that interrupt these business hours. Source: people.md 5.3"""
    return listed_holidays(load_config(tx, namespace_of(schedule_id)).text("configuration"))


def listed_holidays(configuration: str) -> Sequence[int]:
    """The ids in a schedule's configuration, which PHP writes as a list or as an object."""
    stored = php_json.decode(configuration)
    listed = stored.get("holidays") if isinstance(stored, dict) else None
    return [int(each) for each in (listed.values() if isinstance(listed, dict) else listed or ())]


def namespace_of(schedule_id: int) -> str:
    """Where a schedule's configuration lies among the settings."""
    return f"schedule.{schedule_id}"
