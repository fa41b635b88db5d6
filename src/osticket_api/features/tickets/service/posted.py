"""The result of adding to a conversation."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Posted:
    """A new entry, and what was asked for with it but could not be done."""

    entry_id: int
    thread_id: int
    warnings: Sequence[str] = ()
