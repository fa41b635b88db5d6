"""What one process tells the others, see `nudges`."""

from enum import StrEnum


class Nudge(StrEnum):
    changed = "changed"
    """A process has committed a change: the process that fills the feed looks for new rows at once."""
    grown = "grown"
    """The feed holds new events: processes with streams and long polls read them at once."""
