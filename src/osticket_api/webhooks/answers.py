"""What receivers answer."""

from datetime import datetime
from email.utils import parsedate_to_datetime

import msgspec


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of a receiver, or the reason why there was none."""

    status: int | None = None
    body: str = ""
    error: str | None = None
    retry_after: str | None = None

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def seconds_asked_for(answer: Answer, now: datetime) -> float:
    """The seconds in the receiver's `Retry-After`. 0 where there is none."""
    asked = (answer.retry_after or "").strip()
    if asked.isascii() and asked.isdigit():
        return float(asked[:9])
    try:
        return max(0.0, (parsedate_to_datetime(asked) - now).total_seconds())
    except (TypeError, ValueError):
        return 0.0
