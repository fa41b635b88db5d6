"""How often something may happen in a span of time, counted in this process."""

from datetime import datetime, timedelta
from threading import Lock


class Allowance:
    """Allows so many uses in each span of time, which begins with the first use."""

    def __init__(self, most: int, span: timedelta) -> None:
        self._most = most
        self._span = span
        self._began: datetime | None = None
        self._taken = 0
        self._lock = Lock()

    def take(self, now: datetime) -> int:
        """Take one. Returns how many are left after it; less than 0 where there was none to take."""
        with self._lock:
            if self._began is None or not self._began <= now < self._began + self._span:
                self._began, self._taken = now, 0
            self._taken += 1
            return self._most - self._taken
