"""The signed codes by which links in mails let somebody see a ticket without signing in.

Source: people.md 6.7, mail.md 3.4
"""

import hashlib
import re
import struct
from base64 import b32decode, b32encode, b64encode
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

_STANDARD: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567="
_OSTICKETS: Final = str.maketrans(_STANDARD[:-1], "abcdefghijklmnopqrstuvwxyz012345")
_BACK: Final = {new: old for old, new in _OSTICKETS.items()}
_PACKED: Final = "<II"
_TOKEN: Final = re.compile(r"(?P<kind>[oc])1x(?P<body>[a-z0-5]{13})[A-Za-z0-9+/=]{16}")
_SIGNATURE_STARTS_AT: Final = 8


def ticket_token(person_id: int, ticket_id: int, created: str, salt: str, *, is_owner: bool) -> str:
    """The token of a link to a ticket, ready for a URL. `created` is the ticket's, as the database shows it."""
    packed = struct.pack(_PACKED, person_id, ticket_id)
    body = b32encode(packed).decode().rstrip("=").translate(_OSTICKETS)
    signed = f"{person_id}{created}{ticket_id}{salt}".encode()
    signature = b64encode(hashlib.md5(signed, usedforsecurity=False).digest()).decode()[_SIGNATURE_STARTS_AT:]
    return quote(f"{'o' if is_owner else 'c'}1x{body}{signature}", safe="")


@dataclass(frozen=True)
class TicketToken:
    """Whom a token names, without its signature."""

    is_owner: bool
    person_id: int
    """The id of the user; for a collaborator, the id of the collaborator's row."""
    ticket_id: int


def read_ticket_token(token: str) -> TicketToken | None:
    """What a token says before anybody checked its signature; None for another text."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        return None
    packed = b32decode(found["body"].translate(_BACK) + "===")
    if len(packed) != struct.calcsize(_PACKED):
        return None
    return TicketToken(found["kind"] == "o", *struct.unpack(_PACKED, packed))


def old_token(ticket_id: int, address: str, salt: str) -> str:
    """The code of links made by old versions of osTicket."""
    return hashlib.md5(f"{ticket_id}{address.lower()}{salt}".encode(), usedforsecurity=False).hexdigest()
