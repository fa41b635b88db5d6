"""Sample files, stored as osTicket stores them."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from hashlib import md5, sha1
from zlib import crc32

from osticket_api.db import tables as t
from osticket_api.embedded.ledger import Ledger


@dataclass(frozen=True)
class SampleFile:
    name: str
    type: str
    content: bytes


def attach(ledger: Ledger, sample: SampleFile, kind: str, number: int, at: datetime) -> int:
    """Store a file and attach it. Returns the file's id. Source: tickets.md 5.1, 5.4."""
    digest = _letters(sha1(sample.content, usedforsecurity=False).digest())
    file = ledger.add(
        t.file,
        type=sample.type,
        size=len(sample.content),
        key=_letters(sha1(f"{kind}{number}".encode(), usedforsecurity=False).digest())[:5] + digest,
        signature=digest[:16] + _letters(md5(sample.content, usedforsecurity=False).digest())[:16],
        name=sample.name,
        created=at,
    )
    ledger.add(t.file_chunk, file_id=file["id"], chunk_id=0, filedata=sample.content)
    ledger.add(t.attachment, object_id=number, type=kind, file_id=file["id"])
    stored: int = file["id"]
    return stored


def answer_key(field: int, entry: int) -> int:
    """The key of the object that a file given as an answer is attached to."""
    return crc32(f"E{field}{entry}".encode())


def _letters(digest: bytes) -> str:
    return b64encode(digest, b"-_").decode().rstrip("=")
