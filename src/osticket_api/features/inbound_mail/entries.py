"""A mail as an entry of a conversation.

Source: tickets.md 13.3.
"""

from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Row

from osticket_api.db.config import load_config
from osticket_api.db.unit import Read
from osticket_api.features.inbound_mail.arrival import Arrival
from osticket_api.features.inbound_mail.reading import Mail
from osticket_api.features.threads.api import Author, NewEntry
from osticket_api.features.users.api import KnownUser
from osticket_api.kit import html
from osticket_api.kit.names import shown

_EMAIL: Final = "Email"


def note_of(tx: Read, arrival: Arrival, staff: Row[Any], parent_id: int | None) -> NewEntry:
    """The note that an agent's mail becomes."""
    name = shown(f"{staff.firstname} {staff.lastname}".strip(), load_config(tx).text("agent_name_format"))
    return replace(_entry(arrival, Author(name, staff_id=staff.staff_id), kind="N"), parent_id=parent_id)


def message_of(arrival: Arrival, user: KnownUser | None, parent_id: int | None) -> NewEntry:
    """The message that a user's or a stranger's mail becomes."""
    author = Author(arrival.mail.sender.name, user_id=user.id if user is not None else None)
    entry = replace(_entry(arrival, author, kind="M"), parent_id=parent_id, ip="")
    return entry if user is not None else _from_stranger(arrival.mail, entry)


def _from_stranger(mail: Mail, entry: NewEntry) -> NewEntry:
    """Begin a stranger's text with the name and address that the stranger gave."""
    banner = f"Received From: {mail.sender.name} <{mail.sender.address}>"
    if entry.format == "html":
        return replace(entry, body=f"<p>{html.escape(banner)}</p>{entry.body}")
    return replace(entry, body=f"{banner}\n\n{entry.body}")


def _entry(arrival: Arrival, author: Author, *, kind: Any) -> NewEntry:
    return NewEntry(
        kind=kind,
        author=author,
        body=arrival.body,
        format=arrival.format,
        source=_EMAIL,
        recipients=arrival.addressees,
        files=arrival.files,
        limits_files=False,
        signed_in=False,
    )
