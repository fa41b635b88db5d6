"""What must hold at the end, whoever died when: nothing lost, nothing twice, each ticket in order."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any, Final

from osticket_api.events.watches import SEPARATOR, TICKET, USER, Watch
from tests.killed.desk import Desk
from tests.killed.receiver import Taken

_TOLD_BY: Final = {"event_id": "ost_thread_event", "entry_id": "ost_thread_entry"}
_BESIDE: Final = ("ticket.mentioned", "ticket.attachment_added", "task.mentioned", "task.attachment_added")
"""Events that name an entry which another event tells of."""


@dataclass(frozen=True)
class Beginning:
    """How the help desk was when the changes began."""

    number: int
    newest: dict[str, int]
    states: dict[tuple[str, int], str]


@dataclass
class Verdict:
    """What was counted, and what is wrong."""

    counts: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def beginning(desk: Desk) -> Beginning:
    newest = {table: _newest(desk, table) for table in _TOLD_BY.values()}
    states = {(kind, int(id)): state for kind, id, state in desk.run("SELECT kind, id, state FROM ost_api_copy")}
    return Beginning(last_number(desk), newest, states)


def last_number(desk: Desk) -> int:
    return int(desk.run("SELECT last_number FROM ost_api_feed")[0][0])


def waiting(desk: Desk) -> int:
    """How many deliveries were not taken yet, or were not even queued."""
    pending = desk.run("SELECT COUNT(*) FROM ost_api_delivery WHERE status = 'pending'")[0][0]
    behind = desk.run("SELECT COUNT(*) FROM ost_api_webhook w, ost_api_feed f WHERE w.last_number < f.last_number")[0][
        0
    ]
    return int(pending) + int(behind)


def judge(desk: Desk, since: Beginning, delivered: Sequence[Taken], streamed: Sequence[Any]) -> Verdict:
    events = _events(desk, since)
    verdict = Verdict({"events": len(events), "delivered": len(delivered), "streamed": len(streamed)})
    for fault in (
        *_not_told_once(desk, since, events),
        *_out_of_order(events),
        *_broken_chains(desk, since, events),
        *_wrongly_delivered(events, delivered),
        *_wrongly_streamed(events, streamed),
    ):
        verdict.faults.append(fault)
    verdict.counts["delivered again"] = len(delivered) - len({each.id for each in delivered})
    return verdict


@dataclass(frozen=True)
class _Event:
    number: int
    type: str
    key: tuple[str, int]
    ticket_id: int | None
    origin: str
    request_id: str | None
    occurred_at: str
    changes: dict[str, Any]
    details: dict[str, Any]


def _events(desk: Desk, since: Beginning) -> list[_Event]:
    columns = "number, type, kind, subject_id, ticket_id, origin, request_id, occurred_at, changes, details"
    rows = desk.run(f"SELECT {columns} FROM ost_api_event WHERE number > ? ORDER BY number", since.number)
    return [
        _Event(number, type, (kind, subject), ticket, origin, request, str(moment), _read(changes), _read(details))
        for number, type, kind, subject, ticket, origin, request, moment, changes, details in rows
    ]


def _read(text: str | None) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text) if text else {}
    return found


def _newest(desk: Desk, table: str) -> int:
    return int(desk.run(f"SELECT MAX(id) FROM {table}")[0][0] or 0)


def _not_told_once(desk: Desk, since: Beginning, events: Iterable[_Event]) -> Iterator[str]:
    """Rows of conversations that not exactly one event tells of, and events that were ours and do not say so."""
    told: dict[str, list[_Event]] = defaultdict(list)
    for event in events:
        for name, table in _TOLD_BY.items():
            if name in event.details and event.type not in _BESIDE:
                told[f"{table} {event.details[name]}"].append(event)
    for table, newest in since.newest.items():
        for (id,) in desk.run(f"SELECT id FROM {table} WHERE id > ?", newest):
            count = len(told.pop(f"{table} {id}", ()))
            if count != 1:
                yield f"{table} {id} was told {count} times"
    yield from (f"{place} was told of, and is not there" for place in told)


def _out_of_order(events: Iterable[_Event]) -> Iterator[str]:
    """A ticket is changed by one writer after the other: its rows are to be told in the order of ids and of seconds."""
    reached: dict[tuple[int | None, str], Any] = {}
    for event in events:
        told = {name: event.details[name] for name in _TOLD_BY if name in event.details}
        if not told or event.type in (*_BESIDE, "ticket.created"):
            continue
        for name, value in {**told, "second": event.occurred_at}.items():
            place = (event.ticket_id, name)
            if place in reached and value < reached[place]:
                yield f"event {event.number} tells of {name} {value} after {reached[place]}"
            reached[place] = value


def _broken_chains(desk: Desk, since: Beginning, events: Iterable[_Event]) -> Iterator[str]:
    """Each change of a row begins where the one before it ended, and the last one ends where the row is now."""
    for watch in (TICKET, USER):
        known = {key: watch.read(state, UTC) for key, state in since.states.items() if key[0] == watch.kind}
        for event in events:
            fields = known.get(event.key, {})
            for name, (before, after) in event.changes.items() if fields else ():
                if fields[name] != before:
                    yield f"event {event.number}: {name} was {fields[name]} and not {before}"
                fields[name] = after
        for (kind, id), fields in known.items():
            now = _now(desk, watch, id)
            if fields != now:
                yield f"{kind} {id} is known as {_difference(fields, now)}"


def _difference(fields: dict[str, Any], now: dict[str, Any]) -> str:
    return ", ".join(f"{name} {fields[name]} and is {now[name]}" for name in fields if fields[name] != now[name])


def _now(desk: Desk, watch: Watch, id: int) -> dict[str, Any]:
    columns, table = ", ".join(watch.fields.values()), f"ost_{watch.table.name.removeprefix('ost_')}"
    (row,) = desk.run(f"SELECT {columns} FROM {table} WHERE {watch.identity.name} = ?", id)
    return watch.read(SEPARATOR.join("" if value is None else str(value) for value in row), UTC)


def _wrongly_delivered(events: Sequence[_Event], delivered: Sequence[Taken]) -> Iterator[str]:
    told = {f"evt_{event.number}": event for event in events}
    first: dict[str, Taken] = {}
    for taken in delivered:
        if first.setdefault(taken.id, taken).event != taken.event:
            yield f"{taken.id} was delivered with two contents"
        if taken.id != f"evt_{taken.event['id']}":
            yield f"event {taken.event['id']} was delivered as {taken.id}"
    yield from (f"{id} was not delivered" for id in told if id not in first)
    yield from (f"{id} was delivered and is not in the feed" for id in first if id not in told)
    reached: dict[Any, int] = {}
    for taken in first.values():
        number, ticket = taken.event["id"], taken.event["ticket_id"]
        if ticket is not None and number < reached.get(ticket, 0):
            yield f"{taken.id} was delivered after {reached[ticket]} of the same ticket"
        reached[ticket] = max(number, reached.get(ticket, 0))


def _wrongly_streamed(events: Sequence[_Event], streamed: Sequence[Any]) -> Iterator[str]:
    numbers = [event["id"] for event in streamed]
    yield from (f"event {number} came {count} times" for number, count in Counter(numbers).items() if count > 1)
    missing = {event.number for event in events}.difference(numbers)
    yield from (f"event {number} did not come over the stream" for number in sorted(missing))
    if numbers != sorted(numbers):
        yield "the stream was not in order"


def wrong_origins(desk: Desk, since: Beginning) -> Iterator[str]:
    """Entries that came through the API by a request whose id is their text, and are not told so."""
    texts = dict(desk.run("SELECT id, body FROM ost_thread_entry WHERE id > ?", since.newest["ost_thread_entry"]))
    for event in _events(desk, since):
        text = texts.get(event.details.get("entry_id", 0), "")
        if text.startswith("api") and event.type not in _BESIDE and (event.origin, event.request_id) != ("api", text):
            yield f"event {event.number} came through the API as {text}, and tells {event.origin} {event.request_id}"
