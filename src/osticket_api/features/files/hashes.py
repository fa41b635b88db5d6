"""The two names osTicket gives a file's content: a key to ask for it by, and a signature to find it again by."""

import hashlib
import secrets
import string
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from osticket_api.kit.content_types import HEAD_BYTES

BLOCK_BYTES: Final = 500 * 1024
"""osTicket's chunk size."""

_ALPHABET: Final = string.ascii_letters + string.digits + "-_"


@dataclass(frozen=True)
class Fingerprint:
    """What one reading of a content yields: size, hashes and first bytes."""

    size: int
    sha1: str
    md5: str
    head: bytes
    """The first bytes."""

    @property
    def signature(self) -> str:
        """A signature that is equal for equal contents."""
        return self.sha1[:16] + self.md5[:16]

    def new_key(self) -> str:
        """A key that nobody can guess who does not know the content."""
        return "".join(secrets.choice(_ALPHABET) for _ in range(5)) + self.sha1


def fingerprint(content: BinaryIO) -> Fingerprint:
    """Read the content from its start, block by block. For large ones this takes seconds: not within a transaction.

    Source: tickets.md 5.1.
    """
    sha1 = hashlib.sha1(usedforsecurity=False)
    md5 = hashlib.md5(usedforsecurity=False)
    size, head = 0, b""
    for block in blocks(content):
        head = head or block[:HEAD_BYTES]
        size += len(block)
        sha1.update(block)
        md5.update(block)
    return Fingerprint(size, _name(sha1.digest()), _name(md5.digest()), head)


def blocks(content: BinaryIO) -> Iterator[bytes]:
    """The content from its start, in blocks of 512,000 bytes."""
    content.seek(0)
    while block := content.read(BLOCK_BYTES):
        yield block


def _name(digest: bytes) -> str:
    return urlsafe_b64encode(digest).decode().rstrip("=")
