"""One look at the help desk: what was added to conversations, which rows differ, and the events that makes."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import chain
from typing import Any, Final

from osticket_api.db.unit import Read
from osticket_api.events import reading
from osticket_api.events.around import AROUND, drafts_around
from osticket_api.events.comparing import Difference, compare_keys
from osticket_api.events.drafting import is_unfinished, of_attachment, of_entry, of_event
from osticket_api.events.feed import Draft, Positions
from osticket_api.events.plain import drafts_of
from osticket_api.events.reading import ENTRIES, EVENTS, SOURCES, Source
from osticket_api.events.settling import PATIENCE, Attention, settle
from osticket_api.events.subjects import Key, Subject, gone_of_threads, key_of, subjects
from osticket_api.events.sweeping import Sweep
from osticket_api.events.tracing import with_origins
from osticket_api.events.watches import LARGE, SMALL, TASK, TICKET

_CONVERSING: Final = (TICKET.kind, TASK.kind)


@dataclass(frozen=True)
class Observation:
    """What was seen at once: events, rows that are known from now on, and how far it was read."""

    drafts: list[Draft]
    known: list[Difference]
    positions: Positions


@dataclass(frozen=True)
class _Recorded:
    """A row that tells of a subject, and the event it makes."""

    source: Source
    row_id: int
    subject: Subject
    draft: Draft


def observe(
    tx: Read, positions: Positions, attention: Attention, sweep: Sweep, now: float, hinted: Collection[Key] = ()
) -> Observation:
    """Find what has changed beyond what the feed has. `now` is a clock that only counts seconds.

    `hinted`: rows of watched tables that were changed, as the binary log says.
    """
    differences = _together(compare_keys(tx, hinted), sweep.differences(tx, now))
    for each in differences:
        if each.kind in _CONVERSING and each.after is not None:
            attention.wait((each.kind, each.id), now)
    newest = reading.newest_ids(tx)
    found = {source: reading.new_rows(tx, source, positions, newest[source.name]) for source in SOURCES}
    rows = reading.in_step(found, positions)
    told_of = set(filter(None, (key_of(row) for each in rows.values() for row in each)))
    for key in sorted(told_of):
        attention.touch(key, now)
    there, gone = subjects(tx, attention.keys(now) | told_of)
    lost = gone_of_threads(tx, (row.thread_id for row in rows[EVENTS] if row.name == "deleted" and not key_of(row)))
    recorded, later = _recorded(rows, there, lost, tx.now)
    look = _Look(attention, now, tx.now)
    look.conversations(there, recorded)
    look.deletions(there, recorded)
    plain = [each for each in differences if each.kind not in _CONVERSING]
    look.comparisons(tx, plain, [*gone, *(each for each in differences if _is_gone_subject(each))])
    attention.forget_missing(there, ((each.kind, each.id) for each in (*gone, *differences)))
    second = int(tx.now.timestamp())
    for source in SOURCES:
        positions = reading.advanced(source, positions, rows[source], later[source], second)
    return Observation(with_origins(tx, look.drafts), look.known, positions)


def _together(*parts: Iterable[Difference]) -> list[Difference]:
    """Each row once, as it was seen last, table by table as when all are compared."""
    rows = {(each.kind, each.id): each for part in parts for each in part}
    return sorted(rows.values(), key=lambda each: _ORDER[each.kind])


_ORDER: Final = {kind: place for place, kind in enumerate(chain((w.kind for w in SMALL), (w.kind for w in LARGE)))}


def _is_gone_subject(difference: Difference) -> bool:
    return difference.kind in _CONVERSING and difference.after is None


def _recorded(
    rows: dict[Source, list[Any]], there: dict[Key, Subject], lost: dict[int, Subject], moment: datetime
) -> tuple[list[_Recorded], dict[Source, list[int]]]:
    """What the rows tell, of each subject the oldest first, and the rows that cannot be understood yet.

    Only of one subject do ids of a table follow the clock: of others a transaction may be late.
    """
    created = {key_of(row) for row in rows[EVENTS] if row.name == "created"}
    found: dict[Key, dict[Source, list[_Recorded]]] = defaultdict(lambda: {source: [] for source in SOURCES})
    later: dict[Source, list[int]] = {source: [] for source in SOURCES}
    for source in SOURCES:
        for row in filter(_tells_something, rows[source]):
            key = key_of(row)
            subject = there.get(key) if key else lost.get(row.thread_id)
            is_early = subject is not None and subject.is_new and key not in created
            if subject is None or is_early or (source is ENTRIES and is_unfinished(row, moment)):
                later[source].append(row.id)
            else:
                told = [_Recorded(source, row.id, subject, each) for each in _drafts(source, row, subject)]
                found[subject.key][source] += told
    merged = (merge(*each.values(), key=lambda told: told.draft.occurred_at) for each in found.values())
    return list(chain.from_iterable(merged)), later


def _tells_something(row: Any) -> bool:
    """Whether a row becomes an event: attachments of entries do, and events whose thread is still known."""
    if hasattr(row, "inline"):
        return row.type == "H" and not row.inline
    return bool(row.thread_id)


def _drafts(source: Source, row: Any, subject: Subject) -> Iterable[Draft]:
    if source is EVENTS:
        return of_event(row, subject)
    return of_entry(row, subject) if source is ENTRIES else [of_attachment(row, subject)]


class _Look:
    """Collects the events, and the rows that are known with them."""

    def __init__(self, attention: Attention, now: float, moment: datetime) -> None:
        self._attention = attention
        self._now = now
        self._moment = moment
        self.drafts: list[Draft] = []
        self.known: list[Difference] = []

    def conversations(self, there: dict[Key, Subject], recorded: Sequence[_Recorded]) -> None:
        """The events of tickets and tasks that are there, each subject's in their order, its creation first."""
        by_key: dict[Key, list[Draft]] = defaultdict(list)
        for each in recorded:
            by_key[each.subject.key].append(each.draft)
        for key, subject in there.items():
            if key in by_key or subject.difference is not None:
                drafts = sorted(by_key[key], key=lambda draft: not draft.type.endswith(".created"))
                self._settle(subject, drafts)

    def _settle(self, subject: Subject, drafts: list[Draft]) -> None:
        settled = settle(subject, drafts, self._attention, self._now, self._moment)
        self.drafts += drafts if settled is None else settled
        if settled is not None and subject.difference is not None:
            self.known.append(subject.difference)

    def deletions(self, there: dict[Key, Subject], recorded: Sequence[_Recorded]) -> None:
        """Events of what is gone. What was deleted is forgotten, so that nobody finds it missing once more."""
        for each in recorded:
            if each.subject.key not in there:
                self.drafts.append(each.draft)
            if each.draft.type.endswith(".deleted"):
                subject = each.subject
                self.known.append(Difference(subject.watch.kind, subject.id, subject.state, None))
                self._attention.settled(subject.key)

    def comparisons(self, tx: Read, plain: Sequence[Difference], gone: Sequence[Difference]) -> None:
        """The changes that only comparing shows: of people and structure at once, of deleted tickets after a while."""
        known = {(each.kind, each.id) for each in self.known}
        missing = {(each.kind, each.id): each for each in gone}
        vanished = [each for key, each in missing.items() if key not in known and self._has_vanished(key)]
        for each in (*plain, *vanished):
            told = drafts_around if each.kind in AROUND else drafts_of
            self.drafts += [] if each.is_wider else told(tx, each, self._moment)
            self.known.append(each)

    def _has_vanished(self, key: Key) -> bool:
        """Whether a ticket that is gone has waited long enough for the event that says who deleted it."""
        missing = (f"gone {key[0]}", key[1])
        has_vanished = self._attention.has_waited(missing, PATIENCE, self._now)
        if has_vanished:
            self._attention.settled(missing)
        return has_vanished
