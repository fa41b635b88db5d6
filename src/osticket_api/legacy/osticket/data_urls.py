"""`data:` addresses as osTicket's API takes them: base64 or plain, never percent-encoded.

Unlike osTicket we read charset and base64 together, and take text that names no charset for UTF-8.
Source: legacy-api.md 6 and 7.
"""

import re
from base64 import b64decode
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

_HEAD: Final = re.compile(
    r"data:(?P<type>[a-z][\w.+-]*/[\w.+-]+)?(?P<parameters>(?:\s*;[^;,]*)*)\s*", re.ASCII | re.IGNORECASE
)
"""The part of a `data:` address before the comma. Text such as `Data: 12/11, noon` has no such beginning."""
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]*")
_NOT_BASE64: Final = re.compile(r"[^A-Za-z0-9+/]")
_URL_SAFE: Final = str.maketrans("-_", "+/")
_BLANKS: Final = re.compile(r"\s")
_USUAL_TYPE: Final = "text/plain"


@dataclass(frozen=True)
class Data:
    """The content of a `data:` address. `charset` is None where none is named."""

    content_type: str
    content: bytes
    charset: str | None = None

    @property
    def text(self) -> str:
        """The content as text; what does not fit its charset is replaced."""
        try:
            text = self.content.decode(self.charset or "utf-8", errors="replace")
        except (LookupError, ValueError):  # A charset that is unknown, or that replaces nothing.
            text = self.content.decode(errors="replace")
        return text.encode(errors="replace").decode()  # Some charsets have halves of surrogate pairs.


def read(value: str) -> Data:
    """A `data:` address, or plain text as such."""
    head, comma, rest = value.partition(",")
    match = _HEAD.fullmatch(head) if comma else None
    if match is None:
        return Data(_USUAL_TYPE, value.encode(errors="replace"))
    content_type = match["type"]
    parameters = [part.strip() for part in match["parameters"].split(";")]
    charset = next((part[8:].strip("\"'") for part in parameters if part.lower().startswith("charset=")), None)
    is_base64 = any(part.lower() == "base64" for part in parameters)
    if is_base64:
        return Data(content_type or _USUAL_TYPE, decoded(rest), charset)
    return Data(content_type or _USUAL_TYPE, rest.encode(errors="replace"))


def decoded(text: str) -> bytes:
    """Base64 in either alphabet. Other characters and a missing end do no harm, as in PHP.

    In damaged text, hyphens and underscores are such other characters.
    """
    plain = unquote(text)
    content = strictly_decoded(plain)
    return _without_others(plain) if content is None else content


def _without_others(text: str) -> bytes:
    letters = _NOT_BASE64.sub("", text)
    return _padded(letters[:-1] if len(letters) % 4 == 1 else letters)


def strictly_decoded(text: str) -> bytes | None:
    """Base64 in either alphabet, padded or not, with blanks anywhere. None for anything else."""
    letters = _BLANKS.sub("", text).translate(_URL_SAFE).rstrip("=")
    if len(letters) % 4 == 1 or not _BASE64.fullmatch(letters):
        return None
    return _padded(letters)


def _padded(letters: str) -> bytes:
    return b64decode(letters + "=" * (-len(letters) % 4))
