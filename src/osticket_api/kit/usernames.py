"""What a user name looks like. Source: people.md 1.9."""

import re

_USERNAME = re.compile(r"[\w.-]+")


def is_username(text: str) -> bool:
    """Two bytes or more of letters, digits, dots, hyphens and underscores; no number."""
    return len(text.encode()) >= 2 and not text.isdigit() and _USERNAME.fullmatch(text) is not None
