"""What other features may use of schedules."""

from typing import Final

from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.engine import Read
from osticket_api.errors import Invalid
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
