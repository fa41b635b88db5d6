"""Writing the rows of osTicket's search index anew, in batches, while osTicket goes on working.

Every batch is a transaction of its own, and goes on where the last one ended.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Column, ColumnElement, delete, func, or_, select, true

from osticket_api.db import tables as t
from osticket_api.db.dialect import has_table
from osticket_api.db.unit import Read, Write
from osticket_api.errors import NotAvailable
from osticket_api.features.forms import api as forms
from osticket_api.features.tickets.api import subject_and_priority, with_cdata
from osticket_api.kit import html
from osticket_api.search_index import index

Texts = dict[int, tuple[str, str]]
"""Object id to title and content."""


@dataclass(frozen=True)
class Kind:
    """One kind of row. `indexed`: which objects have one at all."""

    letter: str
    name: str
    key: "Column[int]"
    read: Callable[[Read, Sequence[int]], Texts]
    indexed: ColumnElement[bool]


@dataclass(frozen=True)
class Batch:
    """The result of a batch. `last`: the highest id looked at, None at the end."""

    last: int | None
    looked_at: int
    written: int


def check_index(tx: Read) -> None:
    """Raises: NotAvailable where osTicket has not made its index."""
    if not has_table(tx, t.search):
        raise NotAvailable.because("osTicket has not made its search index yet: its cron job does.")


def count_objects(tx: Read, kind: Kind, after: int) -> int:
    """How many objects a rebuild has to look at."""
    return int(tx.scalar(select(func.count()).where(kind.indexed, kind.key > after)))


def rebuild_batch(tx: Write, kind: Kind, after: int, size: int, *, everything: bool) -> Batch:
    """Index the objects that come next after an id: those without a row, or all, and then drop rows of what is gone.

    What is written anew is locked meanwhile, so that no older text replaces one that osTicket writes just now.
    Source: tickets.md 8.1, people.md 0.4.
    """
    ids = _next_ids(tx, kind, after, size, locked=everything)
    todo = ids if everything else _without_row(tx, kind, ids)
    written = index.put_many(tx, kind.letter, kind.read(tx, todo), replace=everything) if todo else 0
    is_last = len(ids) < size
    if everything:
        _drop_others(tx, kind, after, None if is_last else ids[-1], ids)
    return Batch(None if is_last else ids[-1], len(ids), written)


def _next_ids(tx: Write, kind: Kind, after: int, size: int, *, locked: bool) -> Sequence[int]:
    wanted = select(kind.key).where(kind.indexed, kind.key > after).order_by(kind.key).limit(size)
    return tx.scalars(wanted.with_for_update(read=True) if locked and not tx.is_sqlite else wanted)


def _without_row(tx: Read, kind: Kind, ids: Sequence[int]) -> list[int]:
    search = t.search.c
    have = set(tx.scalars(select(search.object_id).where(search.object_type == kind.letter, search.object_id.in_(ids))))
    return [each for each in ids if each not in have]


def _drop_others(tx: Write, kind: Kind, after: int, last: int | None, ids: Sequence[int]) -> None:
    search = t.search.c
    others = [search.object_type == kind.letter, search.object_id > after, search.object_id.not_in(ids)]
    if last is not None:
        others.append(search.object_id <= last)
    tx.change(delete(t.search).where(*others))


def _tickets(tx: Read, ids: Sequence[int]) -> Texts:
    subject, _ = subject_and_priority(tx)
    ticket = t.ticket.c
    titles = (
        select(ticket.ticket_id, ticket.number, subject.label("subject"))
        .select_from(with_cdata(tx, t.ticket))
        .where(ticket.ticket_id.in_(ids))
    )
    contents = forms.search_contents(tx, "T", ids)
    return {
        row.ticket_id: (f"{row.number or ''} {row.subject or ''}".strip(), contents.get(row.ticket_id, ""))
        for row in tx.rows(titles)
    }


def _entries(tx: Read, ids: Sequence[int]) -> Texts:
    entry = t.thread_entry.c
    rows = tx.rows(select(entry.id, entry.title, entry.body).where(entry.id.in_(ids)))
    return {row.id: (row.title or "", html.to_text(row.body or "")) for row in rows}


def _users(tx: Read, ids: Sequence[int]) -> Texts:
    address = t.user_email.c
    addresses: dict[int, list[str]] = {}
    for row in tx.rows(select(address.user_id, address.address).where(address.user_id.in_(ids)).order_by(address.id)):
        addresses.setdefault(row.user_id, []).append(row.address)
    answers = forms.search_contents(tx, "U", ids)
    users = tx.rows(select(t.user.c.id, t.user.c.name).where(t.user.c.id.in_(ids)))
    return {row.id: (row.name, f"{answers.get(row.id, '')} " + "\n".join(addresses.get(row.id, []))) for row in users}


def _organizations(tx: Read, ids: Sequence[int]) -> Texts:
    organization = t.organization.c
    answers = forms.search_contents(tx, "O", ids)
    rows = tx.rows(select(organization.id, organization.name).where(organization.id.in_(ids)))
    return {row.id: (row.name, answers.get(row.id, "")) for row in rows}


def _faqs(tx: Read, ids: Sequence[int]) -> Texts:
    faq = t.faq.c
    rows = tx.rows(select(faq.faq_id, faq.question, faq.keywords, faq.answer).where(faq.faq_id.in_(ids)))
    return {row.faq_id: (f"{row.question} {row.keywords or ''}".strip(), html.to_text(row.answer)) for row in rows}


_BY_SOMEBODY: Final = or_(t.thread_entry.c.staff_id != 0, t.thread_entry.c.user_id != 0)

KINDS: Final = (
    Kind("T", "Tickets", t.ticket.c.ticket_id, _tickets, true()),
    Kind("H", "Entries", t.thread_entry.c.id, _entries, _BY_SOMEBODY),
    Kind("U", "Users", t.user.c.id, _users, true()),
    Kind("O", "Organizations", t.organization.c.id, _organizations, true()),
    Kind("K", "FAQs", t.faq.c.faq_id, _faqs, true()),
)
"""The kinds of rows, in the order in which they are rebuilt."""
