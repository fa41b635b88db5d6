"""Time zones by name, where a name may be missing or none that this machine knows."""

from datetime import UTC, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo


@lru_cache(maxsize=64)
def zone_named(name: str | None) -> tzinfo | None:
    """The zone of the tz database that has this name."""
    try:
        return UTC if name == "UTC" else ZoneInfo(name or "")
    except (KeyError, ValueError, OSError):
        return None
