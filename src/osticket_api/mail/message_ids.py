"""The signed tag in the Message-IDs of osTicket's own mails, which tells what an answer belongs to.

Source: tickets.md 13.2.
"""

import binascii
import hashlib
import hmac
import re
import struct
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Final

_ID: Final = re.compile(r"<?B([^-\s]{6})-([^-\s]{1,10})-([A-Za-z0-9+/]{24})-[^\s>]*>?")
_PARTS: Final = struct.Struct("<IIIc")
_SIGNATURE_BYTES: Final = 5


@dataclass(frozen=True)
class Tag:
    """The recipient of a mail, and the entry that it was about.

    `kind`: U owner, C collaborator, S or A agent, M several.
    """

    person_id: int
    entry_id: int
    thread_id: int
    kind: str


def read(message_id: str, salt: str) -> Tag | None:
    """The tag in a Message-ID that this help desk has made. Without its SECRET_SALT none can be believed."""
    match = _ID.fullmatch(message_id.strip())
    if match is None or not salt or match[1] != system_id(salt):
        return None
    try:
        data = b64decode(match[3])
    except (binascii.Error, ValueError):
        return None
    parts, signature = data[: _PARTS.size], data[_PARTS.size :]
    if not hmac.compare_digest(signature, _signature(parts, match[2], salt)):
        return None
    person_id, entry_id, thread_id, kind = _PARTS.unpack(parts)
    return Tag(person_id, entry_id, thread_id, kind.decode("latin-1"))


def write(tag: Tag, salt: str, *, sender: str, random: str) -> str:
    """The Message-ID of a mail from this help desk."""
    parts = _PARTS.pack(tag.person_id, tag.entry_id, tag.thread_id, tag.kind.encode())
    encoded = b64encode(parts + _signature(parts, random, salt)).decode().rstrip("=")
    return f"<B{system_id(salt)}-{random}-{encoded}-{sender}>"


def system_id(salt: str) -> str:
    """The beginning of all Message-IDs of one help desk."""
    digest = hashlib.md5(f"mail{salt}".encode(), usedforsecurity=False).digest()
    return b64encode(digest).decode().replace("+", "=")[:6]


def _signature(parts: bytes, random: str, salt: str) -> bytes:
    signed = parts + random.encode() + system_id(salt).encode()
    return hmac.new(salt.encode(), signed, "sha1").digest()[-_SIGNATURE_BYTES:]
