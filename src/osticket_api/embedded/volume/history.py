"""Writes for each generated ticket every row osTicket would have left behind."""

from collections.abc import Iterator
from dataclasses import dataclass

from osticket_api.db import tables as t
from osticket_api.db.flags import EntryFlag
from osticket_api.db.types import ZERO_DATE
from osticket_api.embedded.additions import Agent, User
from osticket_api.embedded.seed.forms import PRIORITY, SUBJECT, TICKET
from osticket_api.embedded.seed.ticketing import EVENT_IDS, NOTHING_HIDDEN
from osticket_api.embedded.volume.bulk import Batch
from osticket_api.embedded.volume.calendar import WorkingCalendar
from osticket_api.embedded.volume.random_tickets import CLOSED, MESSAGE, NOTE, OPEN, RESOLVED, RESPONSE, RandomTicket
from osticket_api.embedded.volume.words import Writer
from osticket_api.kit import php_json

_PRIORITIES = {1: "Low", 2: "Normal", 3: "High", 4: "Emergency"}
_CLOSED_AS = {
    status: php_json.encode({"status": [status, name]}) for status, name in ((RESOLVED, "Resolved"), (CLOSED, "Closed"))
}
_CLAIM = php_json.encode({"claim": True})
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

    def record(self, tickets: Iterator[RandomTicket], size: int) -> Iterator[Batch]:
        """Batches of so many tickets."""
        batch = Batch()
        for ticket in tickets:
            self._record(batch, ticket)
            if batch.ticket_count == size:
                yield batch
                batch = Batch()
        if batch.ticket_count:
            yield batch

    def _record(self, batch: Batch, ticket: RandomTicket) -> None:
        number = next(self._numbers)
        self._ticket(batch, ticket, number)
        self._thread(batch, ticket)
        self._entries(batch, ticket)
        self._events(batch, ticket)
        self._answers(batch, ticket, number)
        self._ids.ticket += 1
        self._ids.thread += 1
        self._ids.form_entry += 1
        batch.ticket_count += 1

    def _ticket(self, batch: Batch, ticket: RandomTicket, number: str) -> None:
        answered, updated, heard = _state(ticket)
        is_late = ticket.closed is not None and ticket.closed > ticket.due
        batch.rows[t.ticket].append(
            (
                self._ids.ticket,
                number,
                ticket.user.id,
                ticket.status,
                ticket.department,
                _SLA,
                ticket.topic,
                ticket.agent.id if ticket.is_taken else 0,
                ticket.source,
                int(ticket.status == OPEN and ticket.overdue is not None),
                int(answered),
                None if is_late else self._text(ticket.due),
                self._maybe(ticket.closed),
                self._text(ticket.closed or heard),
                self._text(ticket.created),
                self._text(updated),
            )
        )

    def _thread(self, batch: Batch, ticket: RandomTicket) -> None:
        messages = [ticket.created] + [at for kind, at in ticket.steps if kind == MESSAGE]
        responses = [at for kind, at in ticket.steps if kind == RESPONSE]
        batch.rows[t.thread].append(
            (
                self._ids.thread,
                self._ids.ticket,
                "T",
                self._text(responses[-1]) if responses else None,
                self._text(messages[-1]),
                self._text(ticket.created),
            )
        )
        if ticket.closed is not None:
            referral = (self._ids.thread, ticket.agent.id, "S", self._text(ticket.closed))
            batch.rows[t.thread_referral].append(referral)

    def _entries(self, batch: Batch, ticket: RandomTicket) -> None:
        writer, agent, answered = self._writer, ticket.agent, self._ids.entry
        self._message(batch, ticket, writer.request(ticket.subject), ticket.created, ticket.subject)
        to_user = php_json.encode({"to": {str(ticket.user.id): ticket.user.recipient}})
        for kind, at in ticket.steps:
            if kind == MESSAGE:
                answered = self._ids.entry
                self._message(batch, ticket, writer.message(), at)
            elif kind == RESPONSE:
                self._entry(
                    batch, kind, agent, writer.answer(), at, EntryFlag.REPLY_USER, answers=answered, recipients=to_user
                )
            else:
                self._entry(batch, kind, agent, writer.note(), at)

    def _message(self, batch: Batch, ticket: RandomTicket, text: str, at: int, title: str | None = None) -> None:
        source = ticket.source if ticket.source == "Email" or (title and ticket.source == "API") else ""
        if source == "Email":
            mid = f"<{self._ids.entry}@customer.example>"
            batch.rows[t.thread_entry_email].append((self._ids.entry, mid, f"Message-ID: {mid}"))
        self._entry(
            batch, MESSAGE, ticket.user, text, at, EntryFlag.ORIGINAL if title else 0, title=title, source=source
        )

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
        start = (
            number,
            answers,
            self._ids.thread,
            staff,
            user,
            kind,
            flags | EntryFlag.BALANCED,
            author.name,
            source,
            title,
        )
        batch.rows[t.thread_entry].append((*start, body, recipients, self._text(at), ZERO_DATE))
        batch.rows[t.search].append(("H", number, title or "", text))
        self._ids.entry += 1

    def _events(self, batch: Batch, ticket: RandomTicket) -> None:
        agent, user = ticket.agent, ticket.user
        self._event(batch, ticket, "created", ticket.created, 0, None, ("SYSTEM", user.id, "U"))
        by_agent = (agent.username, agent.id, "S")
        if ticket.claimed is not None:
            self._event(batch, ticket, "assigned", ticket.claimed, agent.id, _CLAIM, by_agent)
        if ticket.overdue is not None:
            taken = min(
                at for at in (ticket.claimed, ticket.closed, *_responses(ticket), ticket.overdue) if at is not None
            )
            holder = agent.id if taken < ticket.overdue else 0
            self._event(batch, ticket, "overdue", ticket.overdue, holder, None, ("SYSTEM", None, "S"))
        if ticket.closed is not None:
            self._event(batch, ticket, "closed", ticket.closed, agent.id, _CLOSED_AS[ticket.status], by_agent)

    def _event(
        self,
        batch: Batch,
        ticket: RandomTicket,
        name: str,
        at: int,
        staff: int,
        data: str | None,
        author: tuple[str, int | None, str],
    ) -> None:
        place = (staff, 0, ticket.department, ticket.topic, data)
        row = (self._ids.thread, "T", EVENT_IDS[name], *place, *author, self._text(at))
        batch.rows[t.thread_event].append(row)

    def _answers(self, batch: Batch, ticket: RandomTicket, number: str) -> None:
        entry, ticket_id, at = self._ids.form_entry, self._ids.ticket, self._text(ticket.created)
        subject, priority = ticket.subject, ticket.priority
        batch.rows[t.form_entry].append((entry, TICKET, ticket_id, "T", 0, NOTHING_HIDDEN, at, at))
        batch.rows[t.form_entry_values].append((entry, SUBJECT, subject, None))
        batch.rows[t.form_entry_values].append((entry, PRIORITY, _PRIORITIES[priority], priority))
        batch.rows[t.ticket_cdata].append((ticket_id, subject, str(priority)))
        batch.rows[t.search].append(("T", ticket_id, f"{number} {subject}", subject))

    def _maybe(self, at: int | None) -> str | None:
        return None if at is None else self._text(at)


def _responses(ticket: RandomTicket) -> list[int]:
    return [at for kind, at in ticket.steps if kind == RESPONSE]


def _state(ticket: RandomTicket) -> tuple[bool, int, int]:
    """Work out whether the ticket is answered, when its row last changed, and when its user last wrote.

    Notes change no column of it, nor does a second response in a row. Source: tickets.md 3.1, 3.2.
    """
    answered, heard, changes = False, ticket.created, [ticket.created]
    for kind, at in ticket.steps:
        if kind == MESSAGE:
            heard = at
        if kind == MESSAGE or (kind == RESPONSE and not answered):
            changes.append(at)
        answered = kind == RESPONSE if kind != NOTE else answered
    changes += [at for at in (ticket.claimed, ticket.overdue, ticket.closed) if at is not None]
    return answered, max(changes), heard
