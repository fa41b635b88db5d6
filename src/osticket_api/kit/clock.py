"""The one place that reads the host's clock, so that tests can hold it still."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Now, as an aware UTC datetime of whole seconds: osTicket's columns hold no more."""
    return datetime.now(UTC).replace(microsecond=0)
