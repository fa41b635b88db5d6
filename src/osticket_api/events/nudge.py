"""What one process can tell the others: see `nudges`."""

from enum import StrEnum


class Nudge(StrEnum):
    changed = "changed"
    """Something was committed: whoever appends to the feed may look."""
    grown = "grown"
    """The feed has grown: whoever reads it may look."""
