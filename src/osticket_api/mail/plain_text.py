"""The text part of a mail, made from its HTML exactly as osTicket makes it.

A library for this would write something else, and answers quote this text.

Source: mail.md 4.3
"""

import re
from typing import Final

WIDTH: Final = 90
_BREAK: Final = re.compile(r"<br\s*/?>", re.IGNORECASE)
_END_OF_BLOCK: Final = re.compile(r"</(div|p)\s*>\s*", re.IGNORECASE)
_TAG: Final = re.compile(r"<(?!\s)[^>]*>")
_ENTITIES: Final = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&"}


def to_plain_text(html: str) -> str:
    """The text of an HTML body, in lines of at most `WIDTH` characters."""
    text = _BREAK.sub("\n", html)
    text = _END_OF_BLOCK.sub(lambda match: "\n" if match[1].lower() == "div" else "\n\n", text)
    text = _TAG.sub("", text)
    text = re.sub("|".join(_ENTITIES), lambda match: _ENTITIES[match[0]], text)
    return wrapped(text).rstrip()


def wrapped(text: str, width: int = WIDTH) -> str:
    """The text with long lines broken at their last blank, and words longer than a line cut."""
    return "\n".join(_wrapped_line(line, width) for line in text.split("\n"))


def _wrapped_line(line: str, width: int) -> str:
    pieces: list[str] = []
    while len(line.encode()) > width:
        fitting = line.encode()[: width + 1].decode(errors="ignore")
        blank = fitting.rfind(" ")
        if blank > 0:
            pieces.append(line[:blank])
            line = line[blank + 1 :]
        else:
            cut = len(line.encode()[:width].decode(errors="ignore"))
            pieces.append(line[:cut])
            line = line[cut:]
    return "\n".join([*pieces, line])
