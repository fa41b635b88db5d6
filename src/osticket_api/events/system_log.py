"""osTicket's system log, which administrators read in its panel.

Source: tickets.md 0.10, people.md 10.1.
"""

from typing import Final, Literal

from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.unit import Write
from osticket_api.kit import html

Severity = Literal["Error", "Warning", "Debug"]

_LEVELS: Final = {"Error": 1, "Warning": 2, "Debug": 3}
_USUAL_LEVEL: Final = "2"
_MAX_TITLE: Final = 255


def log(tx: Write, severity: Severity, title: str, text: str) -> bool:
    """Add a row, where the help desk keeps rows of this severity. Line breaks become blanks, markup is text.

    Returns whether the row was added: osTicket mails its administrator of rows alone.
    """
    if int(load_config(tx).text("log_level") or _USUAL_LEVEL) < _LEVELS[severity]:
        return False
    tx.insert(
        t.syslog,
        log_type=severity,
        title=html.strip_tags(title)[:_MAX_TITLE],
        log=_harmless(_in_one_line(text)),
        logger="",
        ip_address=tx.client_ip[:64],
        created=tx.now,
        updated=tx.now,
    )
    return True


def _in_one_line(text: str) -> str:
    """Each line break, or several in a row, as one blank; also at the ends."""
    first, *others = (line.strip() for line in text.split("\n"))
    return " ".join([first, *filter(None, others[:-1]), *others[-1:]])


def _harmless(text: str) -> str:
    """The panel shows this as HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
