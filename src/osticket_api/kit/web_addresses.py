"""Addresses of the web."""

from urllib.parse import urlsplit


def is_web_address(text: str) -> bool:
    """Whether a text is an absolute http or https address."""
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and bool(parts.hostname)
