"""What an e-mail address looks like. Source: people.md 1.9."""

import re

_EMAIL = re.compile(r"[^\s@<>\"(),:;\\\[\]]+@(?!localhost$)[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")


def is_email(text: str) -> bool:
    """Whether the text is exactly one address that osTicket takes, without a name beside it."""
    return _EMAIL.fullmatch(text) is not None
