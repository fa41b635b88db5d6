"""Response models for sequences."""

from datetime import datetime

import msgspec


class Sequence(msgspec.Struct, kw_only=True):
    """Where numbers of tickets or tasks come from."""

    id: int
    name: str
    next: int
    """What the next ticket or task gets."""
    increment: int
    padding: str
    """What fills a number up to the length of its format."""
    is_built_in: bool
    """Cannot be deleted."""
    updated_at: datetime | None
