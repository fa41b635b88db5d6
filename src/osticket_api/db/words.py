"""Words that columns of osTicket hold."""

from typing import Final

SOURCES: Final = ("Web", "Email", "Phone", "API", "Other")
"""How a ticket came in. The column of entries takes any other word, too."""
