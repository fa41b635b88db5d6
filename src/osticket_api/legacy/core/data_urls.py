"""`data:` addresses as osTicket's API takes them: base64 or plain, never percent-encoded.

Unlike osTicket we read charset and base64 together, and take text that names no charset for UTF-8.
Source: legacy-api.md 6 and 7.
"""

import binascii
import re
from base64 import b64decode
from dataclasses import dataclass
from typing import Final

_NOT_BASE64: Final = re.compile(r"[^A-Za-z0-9+/]")
_USUAL_TYPE: Final = "text/plain"


@dataclass(frozen=True)
class Data:
    """What an address holds. `charset` is None where none is named."""

    content_type: str
    content: bytes
    charset: str | None = None

    @property
    def text(self) -> str:
        """The content as text; what does not fit its charset is replaced."""
        try:
            return self.content.decode(self.charset or "utf-8", errors="replace")
        except LookupError:
            return self.content.decode(errors="replace")


def read(value: str) -> Data:
    """A `data:` address, or plain text as such."""
    head, comma, rest = value.partition(",")
    if not comma or head[:5].lower() != "data:":
        return Data(_USUAL_TYPE, value.encode(errors="replace"))
    content_type, *parameters = [part.strip() for part in head[5:].split(";")]
    charset = next((part[8:].strip("\"'") for part in parameters if part.lower().startswith("charset=")), None)
    is_base64 = any(part.lower() == "base64" for part in parameters)
    if is_base64:
        return Data(content_type or _USUAL_TYPE, decoded(rest), charset)
    return Data(content_type or _USUAL_TYPE, rest.encode(errors="replace"))


def decoded(text: str) -> bytes:
    """Base64, taking no offence at other characters between and a missing end, as PHP does."""
    letters = _NOT_BASE64.sub("", text)
    whole = letters[: len(letters) - 1] if len(letters) % 4 == 1 else letters
    return b64decode(whole + "=" * (-len(whole) % 4))


def strictly_decoded(text: str) -> bytes | None:
    """Base64 with blanks anywhere, None for anything else."""
    try:
        return b64decode(re.sub(r"\s", "", text), validate=True)
    except (binascii.Error, ValueError):
        return None
