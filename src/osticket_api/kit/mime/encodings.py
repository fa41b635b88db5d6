"""Content as it was before a mail program encoded it for the way. What is not what its label says is left as it is.

Source: RFC 2045.
"""

import binascii
import re
import string
from typing import Final

_BASE64: Final = (string.ascii_letters + string.digits + "+/-_=").encode()
_NOT_BASE64: Final = bytes(set(range(256)) - set(_BASE64))
_BLANKS: Final = b" \t\r\n\0"
_PADDED: Final = re.compile(rb"[^=]+=*")
_STRAY: Final = 0.05
"""How large a part of base64 may be other characters, such as the signature that a mailing list adds below."""


def transfer_decoded(content: bytes, encoding: str) -> bytes:
    """The content of a part, by its Content-Transfer-Encoding."""
    if encoding == "base64":
        return from_base64(content) if _is_base64(content) else content
    if encoding == "quoted-printable":
        return from_quoted_printable(content)
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return _from_uu(content)
    return content


def _is_base64(content: bytes) -> bool:
    written = len(content.translate(None, _BLANKS))
    return len(content.translate(None, _NOT_BASE64)) >= written * (1 - _STRAY)


def from_base64(content: bytes) -> bytes:
    """What base64 stands for, however it is padded or cut off."""
    bare = content.translate(None, _NOT_BASE64).replace(b"-", b"+").replace(b"_", b"/")
    return b"".join(_from_run(match[0].rstrip(b"=")) for match in _PADDED.finditer(bare))


def _from_run(digits: bytes) -> bytes:
    whole = digits[:-1] if len(digits) % 4 == 1 else digits
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def from_quoted_printable(content: bytes, *, is_header: bool = False) -> bytes:
    return binascii.a2b_qp(content, header=is_header)


def _from_uu(content: bytes) -> bytes:
    lines = content.splitlines()
    begun = next((number for number, line in enumerate(lines, 1) if line.startswith(b"begin ")), 0)
    decoded = bytearray()
    for line in lines[begun:]:
        if line.strip() == b"end":
            break
        try:
            decoded += binascii.a2b_uu(line)
        except binascii.Error:
            return content
    return bytes(decoded)
