"""Writes for each generated ticket every row osTicket would have left behind."""

from collections.abc import Iterator
from dataclasses import dataclass

from osticket_api.db import tables as t
from osticket_api.db.fresh.additions import Agent, User
from osticket_api.db.fresh.seed.forms import PRIORITY, SUBJECT, TICKET
from osticket_api.db.fresh.seed.ticketing import EVENT_IDS, NOTHING_HIDDEN
from osticket_api.db.fresh.volume.bulk import Batch
from osticket_api.db.fresh.volume.calendar import WorkingCalendar
from osticket_api.db.fresh.volume.tales import CLOSED, MESSAGE, NOTE, OPEN, RESOLVED, RESPONSE, Tale
from osticket_api.db.fresh.volume.words import Writer
from osticket_api.db.types import ZERO_DATE
from osticket_api.kit import php_json

_PRIORITIES = {1: "Low", 2: "Normal", 3: "High", 4: "Emergency"}
_CLOSED_AS = {
    status: php_json.encode({"status": [status, name]}) for status, name in ((RESOLVED, "Resolved"), (CLOSED, "Closed"))
}
_CLAIM = php_json.encode({"claim": True})
_HTML, _FIRST, _TO_ONE = 0x40, 0x1, 0x200
_SLA = 1


@dataclass
class Ids:
    """The next free id of each table whose rows are referred to."""

    ticket: int
    thread: int
    entry: int
    form_entry: int


class Historian:
    def __init__(self, ids: Ids, numbers: Iterator[str], calendar: WorkingCalendar, writer: Writer) -> None:
        self._ids = ids
        self._numbers = numbers
        self._text = calendar.text
        self._writer = writer

    def record(self, tales: Iterator[Tale], size: int) -> Iterator[Batch]:
        """Batches of so many tickets."""
        batch = Batch()
        for tale in tales:
            self._record(batch, tale)
            if batch.ticket_count == size:
                yield batch
                batch = Batch()
        if batch.ticket_count:
            yield batch

    def _record(self, batch: Batch, tale: Tale) -> None:
        number = next(self._numbers)
        self._ticket(batch, tale, number)
        self._thread(batch, tale)
        self._entries(batch, tale)
        self._events(batch, tale)
        self._answers(batch, tale, number)
        self._ids.ticket += 1
        self._ids.thread += 1
        self._ids.form_entry += 1
        batch.ticket_count += 1

    def _ticket(self, batch: Batch, tale: Tale, number: str) -> None:
        answered, updated, heard = _state(tale)
        is_late = tale.closed is not None and tale.closed > tale.due
        batch.rows[t.ticket].append(
            (
                self._ids.ticket,
                number,
                tale.user.id,
                tale.status,
                tale.department,
                _SLA,
                tale.topic,
                tale.agent.id if tale.is_taken else 0,
                tale.source,
                int(tale.status == OPEN and tale.overdue is not None),
                int(answered),
                None if is_late else self._text(tale.due),
                self._maybe(tale.closed),
                self._text(tale.closed or heard),
                self._text(tale.created),
                self._text(updated),
            )
        )

    def _thread(self, batch: Batch, tale: Tale) -> None:
        messages = [tale.created] + [at for kind, at in tale.steps if kind == MESSAGE]
        responses = [at for kind, at in tale.steps if kind == RESPONSE]
        batch.rows[t.thread].append(
            (
                self._ids.thread,
                self._ids.ticket,
                "T",
                self._text(responses[-1]) if responses else None,
                self._text(messages[-1]),
                self._text(tale.created),
            )
        )
        if tale.closed is not None:
            referral = (self._ids.thread, tale.agent.id, "S", self._text(tale.closed))
            batch.rows[t.thread_referral].append(referral)

    def _entries(self, batch: Batch, tale: Tale) -> None:
        writer, agent, answered = self._writer, tale.agent, self._ids.entry
        self._message(batch, tale, writer.request(tale.subject), tale.created, tale.subject)
        to_user = php_json.encode({"to": {str(tale.user.id): tale.user.recipient}})
        for kind, at in tale.steps:
            if kind == MESSAGE:
                answered = self._ids.entry
                self._message(batch, tale, writer.message(), at)
            elif kind == RESPONSE:
                self._entry(batch, kind, agent, writer.answer(), at, _TO_ONE, answers=answered, recipients=to_user)
            else:
                self._entry(batch, kind, agent, writer.note(), at)

    def _message(self, batch: Batch, tale: Tale, text: str, at: int, title: str | None = None) -> None:
        source = tale.source if tale.source == "Email" or (title and tale.source == "API") else ""
        if source == "Email":
            mid = f"<{self._ids.entry}@customer.example>"
            batch.rows[t.thread_entry_email].append((self._ids.entry, mid, f"Message-ID: {mid}"))
        self._entry(batch, MESSAGE, tale.user, text, at, _FIRST if title else 0, title=title, source=source)

    def _entry(
        self,
        batch: Batch,
        kind: str,
        author: Agent | User,
        text: str,
        at: int,
        flags: int = 0,
        *,
        title: str | None = None,
        source: str = "",
        answers: int = 0,
        recipients: str | None = None,
    ) -> None:
        number, body = self._ids.entry, f"<p>{text}</p>"
        staff, user = (author.id, 0) if isinstance(author, Agent) else (0, author.id)
        start = (number, answers, self._ids.thread, staff, user, kind, flags | _HTML, author.name, source, title)
        batch.rows[t.thread_entry].append((*start, body, recipients, self._text(at), ZERO_DATE))
        batch.rows[t.search].append(("H", number, title or "", text))
        self._ids.entry += 1

    def _events(self, batch: Batch, tale: Tale) -> None:
        agent, user = tale.agent, tale.user
        self._event(batch, tale, "created", tale.created, 0, None, ("SYSTEM", user.id, "U"))
        by_agent = (agent.username, agent.id, "S")
        if tale.claimed is not None:
            self._event(batch, tale, "assigned", tale.claimed, agent.id, _CLAIM, by_agent)
        if tale.overdue is not None:
            taken = min(at for at in (tale.claimed, tale.closed, *_responses(tale), tale.overdue) if at is not None)
            holder = agent.id if taken < tale.overdue else 0
            self._event(batch, tale, "overdue", tale.overdue, holder, None, ("SYSTEM", None, "S"))
        if tale.closed is not None:
            self._event(batch, tale, "closed", tale.closed, agent.id, _CLOSED_AS[tale.status], by_agent)

    def _event(
        self,
        batch: Batch,
        tale: Tale,
        name: str,
        at: int,
        staff: int,
        data: str | None,
        author: tuple[str, int | None, str],
    ) -> None:
        place = (staff, 0, tale.department, tale.topic, data)
        row = (self._ids.thread, "T", EVENT_IDS[name], *place, *author, self._text(at))
        batch.rows[t.thread_event].append(row)

    def _answers(self, batch: Batch, tale: Tale, number: str) -> None:
        entry, ticket, at = self._ids.form_entry, self._ids.ticket, self._text(tale.created)
        subject, priority = tale.subject, tale.priority
        batch.rows[t.form_entry].append((entry, TICKET, ticket, "T", 0, NOTHING_HIDDEN, at, at))
        batch.rows[t.form_entry_values].append((entry, SUBJECT, subject, None))
        batch.rows[t.form_entry_values].append((entry, PRIORITY, _PRIORITIES[priority], priority))
        batch.rows[t.ticket_cdata].append((ticket, subject, str(priority)))
        batch.rows[t.search].append(("T", ticket, f"{number} {subject}", subject))

    def _maybe(self, at: int | None) -> str | None:
        return None if at is None else self._text(at)


def _responses(tale: Tale) -> list[int]:
    return [at for kind, at in tale.steps if kind == RESPONSE]


def _state(tale: Tale) -> tuple[bool, int, int]:
    """Whether the ticket is answered, when its row last changed, when its user was last heard.

    Notes change no column of it, nor does a second response in a row. Source: tickets.md 3.1, 3.2.
    """
    answered, heard, changes = False, tale.created, [tale.created]
    for kind, at in tale.steps:
        if kind == MESSAGE:
            heard = at
        if kind == MESSAGE or (kind == RESPONSE and not answered):
            changes.append(at)
        answered = kind == RESPONSE if kind != NOTE else answered
    changes += [at for at in (tale.claimed, tale.overdue, tale.closed) if at is not None]
    return answered, max(changes), heard
