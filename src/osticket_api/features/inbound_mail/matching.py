"""Which conversation a mail belongs to.

Source: tickets.md 13.3.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, Select, exists, func, or_, select

from osticket_api.db import tables as t
from osticket_api.db.flags import EntryFlag
from osticket_api.db.unit import Read
from osticket_api.features.inbound_mail.reading import Mail
from osticket_api.features.users.api import find_user
from osticket_api.mail import message_ids
from osticket_api.mail.message_ids import Tag

_HIDDEN_IN_TEXT: Final = re.compile(r"Ref-Mid: ([^\"\s]*)\n?\Z")
_NUMBER: Final = re.compile(r"#(\S{1,40})")
_PUNCTUATION: Final = re.compile(r"[^\w]+")
_MAX_NUMBERS: Final = 10
_MAX_MID: Final = 255


@dataclass(frozen=True)
class Match:
    """The ticket or task that a mail belongs to, the thread that it answers and, where that is known, the entry.

    `person`: whom the answered mail went to, which says as whom the sender writes.
    """

    object_id: int
    thread_id: int
    entry_id: int | None = None
    person: Tag | None = None
    is_passive: bool = False
    """Whether nothing but the id of a mail that both answer tells where it belongs: its sender may not expect that."""
    is_task: bool = False


def find_known(tx: Read, mail: Mail) -> Match | None:
    """The ticket or task that has this very mail already."""
    return _by_kept_ids(tx, [mail.message_id])


def is_own_mail(tx: Read, mail: Mail) -> bool:
    """Whether this help desk sent the mail itself: it has come back, and must not go round in circles."""
    return message_ids.read(mail.message_id, tx.secret_salt) is not None


def find_matches(tx: Read, mail: Mail, body: str) -> Iterator[Match]:
    """The conversations the mail may belong to, the likeliest first."""
    references = _references(mail, body)
    tags = [tag for each in references if (tag := message_ids.read(each, tx.secret_salt))]
    found = _by_entry(tx, tags) or _by_kept_ids(tx, references) or _by_number(tx, mail)
    if found is not None:
        yield found
    by_thread = _by_thread(tx, tags)
    if by_thread is not None:
        yield by_thread


def _references(mail: Mail, body: str) -> list[str]:
    """The Message-IDs in the headers, then those that osTicket puts at the end of the text of its own mails."""
    hidden = _HIDDEN_IN_TEXT.search(body)
    return [*mail.references, f"<{hidden[1].strip('<>')}>"] if hidden else list(mail.references)


def _tickets() -> Select[Any]:
    thread, ticket = t.thread.c, t.ticket.c
    return (
        select(ticket.ticket_id, ticket.number, thread.id.label("thread_id"))
        .select_from(t.ticket)
        .join(t.thread, (ticket.ticket_id == thread.object_id) & thread.object_type.in_(("T", "C")))
    )


def _threads() -> Select[Any]:
    """The threads of tickets and tasks that are there still."""
    thread, ticket, task = t.thread.c, t.ticket.c, t.task.c
    of_ticket = (ticket.ticket_id == thread.object_id) & thread.object_type.in_(("T", "C"))
    of_task = (task.id == thread.object_id) & (thread.object_type == "A")
    return (
        select(thread.object_id, thread.object_type, thread.id.label("thread_id"))
        .select_from(t.thread)
        .outerjoin(t.ticket, of_ticket)
        .outerjoin(t.task, of_task)
        .where(or_(ticket.ticket_id.is_not(None), task.id.is_not(None)))
    )


def _with_entries() -> Select[Any]:
    entry = t.thread_entry.c
    return _threads().add_columns(entry.id.label("entry_id")).join(t.thread_entry, entry.thread_id == t.thread.c.id)


def _by_entry(tx: Read, tags: Sequence[Tag]) -> Match | None:
    entry = t.thread_entry.c
    for tag in tags:
        row = tx.row(_with_entries().where(entry.id == tag.entry_id, entry.thread_id == tag.thread_id))
        if row is not None:
            return Match(row.object_id, row.thread_id, row.entry_id, tag, is_task=_is_task(row))
    return None


def _is_task(row: Row[Any]) -> bool:
    return bool(row.object_type == "A")


def _by_kept_ids(tx: Read, ids: Sequence[str]) -> Match | None:
    """The first of these ids that is kept with an entry: exactly, where tables compare without regard to case."""
    kept, wanted = t.thread_entry_email.c, [each[:_MAX_MID] for each in ids]
    rows = tx.rows(
        _with_entries()
        .add_columns(kept.mid)
        .join(t.thread_entry_email, kept.thread_entry_id == t.thread_entry.c.id)
        .where(kept.mid.in_(wanted or [""]))
        .order_by(kept.id.desc())
    )
    found = {row.mid: row for row in rows}
    row = next((found[each] for each in wanted if each in found), None)
    if row is None:
        return None
    return Match(row.object_id, row.thread_id, row.entry_id, is_passive=True, is_task=_is_task(row))


def _by_number(tx: Read, mail: Mail) -> Match | None:
    """A number counts only for the owner and for those who take part. The mail answers the newest message."""
    sender = find_user(tx, email=mail.sender.address) if mail.sender.address else None
    numbers = _numbers(mail.subject) if sender is not None else []
    if sender is None or not numbers:
        return None
    ticket, taking_part = t.ticket.c, t.thread_collaborator.c
    is_collaborator = exists().where(taking_part.thread_id == t.thread.c.id, taking_part.user_id == sender.id)
    rows = tx.rows(_tickets().where(ticket.number.in_(numbers), (ticket.user_id == sender.id) | is_collaborator))
    by_number = {row.number: row for row in rows}
    row = next((by_number[each] for each in numbers if each in by_number), None)
    return Match(row.ticket_id, row.thread_id, _newest_message(tx, row.thread_id)) if row is not None else None


def _numbers(subject: str) -> list[str]:
    """Texts that may be a ticket's number, the likeliest first: all that follows a `#`, then less and less of it."""
    found: list[str] = []
    for match in _NUMBER.findall(subject)[:_MAX_NUMBERS]:
        ends = [divider.start() for divider in _PUNCTUATION.finditer(match)]
        digits = re.match(r"\d+", match)
        found += [match, *(match[:end] for end in reversed(ends)), *([digits[0]] if digits else [])]
    return list(dict.fromkeys(each for each in found if each))


def _newest_message(tx: Read, thread_id: int) -> int | None:
    entry = t.thread_entry.c
    newest: int | None = tx.scalar(
        select(entry.id)
        .where(entry.thread_id == thread_id, entry.type == "M", entry.flags.bitwise_and(EntryFlag.HIDDEN) == 0)
        .order_by(entry.created.desc(), entry.id.desc())
        .limit(1)
    )
    return newest


def _by_thread(tx: Read, tags: Sequence[Tag]) -> Match | None:
    """Mails that are about a ticket or task and no entry of it, such as that on an assignment, name the thread alone.

    osTicket does not believe these about who writes.
    """
    for tag in tags:
        row = tx.row(_threads().where(t.thread.c.id == tag.thread_id))
        if row is not None:
            return Match(row.object_id, row.thread_id, is_task=_is_task(row))
    return None


def first_message(tx: Read, thread_id: int) -> int:
    """The message that a ticket was opened with."""
    entry = t.thread_entry.c
    return int(tx.scalar(select(func.min(entry.id)).where(entry.thread_id == thread_id, entry.type == "M")))
