"""The signed codes by which links in mails let somebody see a ticket without signing in.

Source: people.md 6.7, mail.md 3.4
"""

import hashlib
import struct
from base64 import b32encode, b64encode
from typing import Final
from urllib.parse import quote

_STANDARD: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567="
_OSTICKETS: Final = str.maketrans(_STANDARD[:-1], "abcdefghijklmnopqrstuvwxyz012345")
_SIGNATURE_STARTS_AT: Final = 8


def ticket_token(person_id: int, ticket_id: int, created: str, salt: str, *, is_owner: bool) -> str:
    """The token of a link to a ticket, ready for a URL. `created` is the ticket's, as the database shows it."""
    packed = struct.pack("<II", person_id, ticket_id)
    body = b32encode(packed).decode().rstrip("=").translate(_OSTICKETS)
    signed = f"{person_id}{created}{ticket_id}{salt}".encode()
    signature = b64encode(hashlib.md5(signed, usedforsecurity=False).digest()).decode()[_SIGNATURE_STARTS_AT:]
    return quote(f"{'o' if is_owner else 'c'}1x{body}{signature}", safe="")


def old_token(ticket_id: int, address: str, salt: str) -> str:
    """The code of links made by old versions of osTicket."""
    return hashlib.md5(f"{ticket_id}{address.lower()}{salt}".encode(), usedforsecurity=False).hexdigest()
