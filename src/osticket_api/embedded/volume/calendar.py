"""Two years of working hours as one line of seconds, so that a service level is a plain addition."""

from datetime import datetime, time, timedelta, tzinfo

from osticket_api.db.types import to_local
from osticket_api.embedded.hours import is_workday, next_workday

_DAY_SECONDS = 9 * 3600
_SPAN = timedelta(days=730)
_OPENS = time(8)


class WorkingCalendar:
    """Second 0 is when the first day opens; `present` is the last that has passed."""

    def __init__(self, now: datetime, zone: tzinfo, database_zone: tzinfo) -> None:
        today = now.astimezone(zone).date()
        first = today - _SPAN
        days = [day for day in (first + timedelta(days=n) for n in range(_SPAN.days + 1)) if is_workday(day)]
        for _ in range(3):
            days.append(next_workday(days[-1]))
        openings = [datetime.combine(day, _OPENS, zone) for day in days]
        self._openings = [to_local(opening, database_zone) for opening in openings]
        self.present = max(
            number * _DAY_SECONDS + min(int((now - opening).total_seconds()), _DAY_SECONDS - 1)
            for number, opening in enumerate(openings)
            if opening <= now
        )

    def text(self, second: int) -> str:
        """A working second as the database writes its time."""
        day, passed = divmod(second, _DAY_SECONDS)
        return (self._openings[day] + timedelta(seconds=passed)).isoformat(" ")
