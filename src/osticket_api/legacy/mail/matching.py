"""Which conversation a mail belongs to, and as whom its sender writes there.

Source: tickets.md 13.3.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, Select, exists, select

from osticket_api.db import tables as t
from osticket_api.db.engine import Read
from osticket_api.features.users.service import KnownUser, find_user
from osticket_api.legacy.mail import message_ids
from osticket_api.legacy.mail.message_ids import Tag
from osticket_api.legacy.mail.reading import Mail

_NUMBER: Final = re.compile(r"#(\S{1,40})")
_NOT_AT_THE_END: Final = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
_AGENTS: Final = ("S", "A")
_HIDDEN: Final = 0x004


@dataclass(frozen=True)
class Match:
    """The entry that a mail answers, and the tag by which it was found, if it was by one."""

    ticket_id: int
    thread_id: int
    entry_id: int | None
    tag: Tag | None = None


def number_of_known(tx: Read, mail: Mail, salt: str) -> str | None:
    """The number of the ticket that has this very mail already, or that this help desk has sent it about."""
    if not mail.message_id:
        return None
    kept = t.thread_entry_email.c
    wanted = kept.mid == mail.message_id
    statement = _tickets().join(t.thread_entry_email, kept.thread_entry_id == t.thread_entry.c.id).where(wanted)
    tag = message_ids.read(mail.message_id, salt)
    row = tx.row(statement) or (tx.row(_tickets().where(t.thread_entry.c.id == tag.entry_id)) if tag else None)
    return row.number if row else None


def find_match(tx: Read, mail: Mail, salt: str) -> Match | None:
    """By a signed tag, else by a known Message-ID, else by the number in the subject."""
    return _by_tag(tx, mail, salt) or _by_known_id(tx, mail) or _by_number(tx, mail)


def _tickets() -> Select[Any]:
    thread, entry, ticket = t.thread.c, t.thread_entry.c, t.ticket.c
    return (
        select(ticket.ticket_id, ticket.number, thread.id.label("thread_id"), entry.id.label("entry_id"))
        .select_from(t.thread_entry)
        .join(t.thread, thread.id == entry.thread_id)
        .join(t.ticket, (ticket.ticket_id == thread.object_id) & thread.object_type.in_(("T", "C")))
    )


def _match(row: Row[Any] | None, tag: Tag | None = None) -> Match | None:
    return None if row is None else Match(row.ticket_id, row.thread_id, row.entry_id, tag)


def _by_tag(tx: Read, mail: Mail, salt: str) -> Match | None:
    for tag in _tags(mail, salt):
        entry = t.thread_entry.c
        row = tx.row(_tickets().where(entry.id == tag.entry_id, entry.thread_id == tag.thread_id))
        if row is not None:
            return _match(row, tag)
    return None


def _tags(mail: Mail, salt: str) -> Iterator[Tag]:
    return (tag for each in mail.references if (tag := message_ids.read(each, salt)))


def _by_known_id(tx: Read, mail: Mail) -> Match | None:
    kept = t.thread_entry_email.c
    rows = tx.rows(
        _tickets()
        .add_columns(kept.mid)
        .join(t.thread_entry_email, kept.thread_entry_id == t.thread_entry.c.id)
        .where(kept.mid.in_(mail.references or [""]))
    )
    found = {row.mid: row for row in rows}
    return next((_match(found[each]) for each in mail.references if each in found), None)


def _by_number(tx: Read, mail: Mail) -> Match | None:
    """A number counts only for the owner and for those who take part. The mail answers the newest message."""
    sender = find_user(tx, email=mail.sender.address) if mail.sender.address else None
    numbers = [each.rstrip(_NOT_AT_THE_END) for each in _NUMBER.findall(mail.subject)]
    if sender is None or not numbers:
        return None
    ticket, entry, taking_part = t.ticket.c, t.thread_entry.c, t.thread_collaborator.c
    is_collaborator = exists().where(taking_part.thread_id == t.thread.c.id, taking_part.user_id == sender.id)
    row = tx.row(
        _tickets()
        .where(ticket.number.in_(numbers), (ticket.user_id == sender.id) | is_collaborator)
        .where(entry.type == "M", entry.flags.bitwise_and(_HIDDEN) == 0)
        .order_by(entry.created.desc(), entry.id.desc())
        .limit(1)
    )
    return _match(row)


@dataclass(frozen=True)
class Writer:
    """As whom a sender writes: an agent, a user, or a stranger, who is neither."""

    user: KnownUser | None = None
    staff: Row[Any] | None = None


def writer_of(tx: Read, mail: Mail, match: Match) -> Writer:
    """An agent who answers a mail that went to an agent writes a note; everybody known else is a user.

    An agent whose mail lost its tag is a stranger, as in osTicket.
    """
    user = find_user(tx, email=mail.sender.address)
    owner_id = tx.scalar(select(t.ticket.c.user_id).where(t.ticket.c.ticket_id == match.ticket_id))
    staff = find_agent(tx, mail.sender.address)
    tag = match.tag
    if tag is not None and tag.kind in _AGENTS and (user is None or user.id == owner_id or staff is not None):
        agent = staff or _agent(tx, tag.person_id)
        return Writer(staff=agent) if agent is not None else Writer(user)
    if user is None and tag is not None and tag.kind in ("U", "C") and staff is None:
        return Writer(find_user(tx, user_id=tag.person_id))
    return Writer(user)


def find_agent(tx: Read, address: str) -> Row[Any] | None:
    staff = t.staff.c
    return tx.row(select(staff.staff_id, staff.firstname, staff.lastname).where(staff.email == address))


def _agent(tx: Read, staff_id: int) -> Row[Any] | None:
    staff = t.staff.c
    return tx.row(select(staff.staff_id, staff.firstname, staff.lastname).where(staff.staff_id == staff_id))
