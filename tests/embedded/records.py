"""All rows of a help desk in memory, and the rules that hold between them after osTicket has written them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, Table, select

from osticket_api.db import tables as t
from osticket_api.db.unit import Read

_ORIGINAL = 0x1
_CRON_TAKES = timedelta(minutes=5)


@dataclass
class Records:
    rows: dict[Table, list[Row[Any]]]
    entries: dict[int, list[Row[Any]]] = field(default_factory=lambda: defaultdict(list))
    events: dict[int, list[Row[Any]]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for entry in sorted(self.rows[t.thread_entry], key=lambda entry: (entry.created, entry.id)):
            self.entries[entry.thread_id].append(entry)
        for event in self.rows[t.thread_event]:
            self.events[event.thread_id].append(event)

    def by(self, table: Table, key: str) -> dict[Any, Row[Any]]:
        return {getattr(row, key): row for row in self.rows[table]}

    @property
    def threads(self) -> dict[tuple[str, int], Row[Any]]:
        return {(thread.object_type, thread.object_id): thread for thread in self.rows[t.thread]}

    def tickets(self) -> Iterable[tuple[Row[Any], Row[Any]]]:
        """Each ticket with its thread."""
        threads = self.threads
        return ((ticket, threads["T", ticket.ticket_id]) for ticket in self.rows[t.ticket])

    def created_at(self, thread: int, kind: str) -> list[Any]:
        return [entry.created for entry in self.entries[thread] if entry.type == kind]

    def happened(self, thread: int, name: str) -> list[Row[Any]]:
        number = self.by(t.event, "name")[name].id
        return [event for event in self.events[thread] if event.event_id == number]


def read_records(tx: Read) -> Records:
    return Records({table: list(tx.rows(select(table))) for table in t.metadata.tables.values()})


def check_threads(records: Records) -> None:
    threads = records.threads
    assert len(threads) == len(records.rows[t.thread])
    assert {key for kind, key in threads if kind == "T"} == set(records.by(t.ticket, "ticket_id"))
    assert {key for kind, key in threads if kind == "A"} == set(records.by(t.task, "id"))
    assert set(records.entries) | set(records.events) <= {thread.id for thread in threads.values()}


def check_times(records: Records) -> None:
    for ticket, thread in records.tickets():
        messages, responses = (records.created_at(thread.id, kind) for kind in "MR")
        assert thread.lastmessage == max(messages)
        assert thread.lastresponse == max(responses, default=None)
        assert ticket.created == thread.created == messages[0]
        moments = [ticket.closed, ticket.reopened, max(messages)]
        assert ticket.lastupdate == max(moment for moment in moments if moment)
        assert ticket.updated >= ticket.lastupdate


def check_states(records: Records, now: Any) -> None:
    states = {status.id: status.state for status in records.rows[t.ticket_status]}
    referred = {(row.thread_id, row.object_id) for row in records.rows[t.thread_referral] if row.object_type == "S"}
    for ticket, thread in records.tickets():
        if states[ticket.status_id] == "closed":
            assert ticket.closed
            assert not ticket.isoverdue
            assert [event.annulled for event in records.happened(thread.id, "closed")][-1] is False
            assert any(number == thread.id for number, _ in referred)
        else:
            assert ticket.closed is None
            due = ticket.duedate or ticket.est_duedate
            assert ticket.isoverdue is bool(records.happened(thread.id, "overdue"))
            assert ticket.isoverdue or due > now - _CRON_TAKES
        assert len(records.happened(thread.id, "created")) == 1


def check_answered(records: Records) -> None:
    for ticket, thread in records.tickets():
        spoken = [entry.type for entry in records.entries[thread.id] if entry.type != "N"]
        assert ticket.isanswered is (spoken[-1] == "R")


def check_forms(records: Records) -> None:
    entries = {
        entry.object_id: entry.id
        for entry in records.rows[t.form_entry]
        if (entry.form_id, entry.object_type) == (2, "T")
    }
    answers = {(answer.entry_id, answer.field_id): answer for answer in records.rows[t.form_entry_values]}
    cdata = records.by(t.ticket_cdata, "ticket_id")
    assert set(cdata) == set(entries) == set(records.by(t.ticket, "ticket_id"))
    for ticket, thread in records.tickets():
        entry = entries[ticket.ticket_id]
        first = records.entries[thread.id][0]
        assert answers[entry, 20].value == cdata[ticket.ticket_id].subject == first.title
        assert str(answers[entry, 22].value_id) == cdata[ticket.ticket_id].priority
        assert first.flags & _ORIGINAL


def check_search(records: Records) -> None:
    found = {(row.object_type, row.object_id): row for row in records.rows[t.search]}
    expected = {
        *(("T", ticket.ticket_id) for ticket in records.rows[t.ticket]),
        *(("H", entry.id) for entry in records.rows[t.thread_entry]),
        *(("U", user.id) for user in records.rows[t.user]),
        *(("O", organization.id) for organization in records.rows[t.organization]),
        *(("K", faq.faq_id) for faq in records.rows[t.faq]),
    }
    assert set(found) == expected
    subjects = records.by(t.ticket_cdata, "ticket_id")
    for ticket in records.rows[t.ticket]:
        title = f"{ticket.number} {subjects[ticket.ticket_id].subject}"
        assert found["T", ticket.ticket_id].title == title


def check_people(records: Records) -> None:
    addresses = records.by(t.user_email, "id")
    for user in records.rows[t.user]:
        assert addresses[user.default_email_id].user_id == user.id
    departments = records.by(t.department, "id")
    for department in departments.values():
        parent = departments[department.pid].path if department.pid else "/"
        assert department.path == f"{parent}{department.id}/"
    numbers = [ticket.number for ticket in records.rows[t.ticket]]
    assert len(numbers) == len(set(numbers))


def check_all(records: Records, now: Any) -> None:
    """Raises: AssertionError where the rows contradict each other."""
    check_threads(records)
    check_times(records)
    check_states(records, now)
    check_answered(records)
    check_forms(records)
    check_search(records)
    check_people(records)
