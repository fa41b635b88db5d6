"""The ticket or task an event is about, as it was known and as it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any, Final

from osticket_api.db.unit import Read
from osticket_api.events.comparing import Difference, compare_rows, known_of_thread, known_rows
from osticket_api.events.feed import Draft
from osticket_api.events.watches import TASK, TICKET, Watch

_NOUNS: Final = {"T": TICKET, "C": TICKET, "A": TASK}
"""The kind of subject by the type of a thread.

The thread of a merged ticket belongs to the ticket it was merged into.
"""
_AUDIENCE: Final = ("department_id", "staff_id", "team_id", "user_id")
_FILTERED: Final = ("topic_id", "status_id", "source")
"""Columns that webhooks filter by, recorded with each event: a ticket that is deleted later passes filters as it was
then.
"""
_OF_WHAT_AGENTS_USE: Final = ("is_public", "is_enabled")
"""What opens help topics and canned responses to more agents than those of their department."""

Key = tuple[str, int]


@dataclass(frozen=True)
class Subject:
    """What an event is about. `difference`: how it is not as it was known, if so."""

    watch: Watch
    id: int
    state: str
    difference: Difference | None
    zone: tzinfo

    @property
    def key(self) -> Key:
        return self.watch.kind, self.id

    @property
    def is_new(self) -> bool:
        return self.difference is not None and self.difference.before is None

    @property
    def fields(self) -> Mapping[str, Any]:
        return self.watch.read(self.state, self.zone)

    @property
    def changes(self) -> dict[str, list[Any]]:
        """Before and after of the columns that differ from what was known."""
        found = self.difference
        if found is None or found.before is None or found.after is None:
            return {}
        return self.watch.changes(found.before, found.after, self.zone)

    def draft(self, verb: str, *, occurred_at: datetime, details: Mapping[str, Any], **more: Any) -> Draft:
        fields = self.fields
        return Draft(
            type=f"{self.watch.kind}.{verb}",
            kind=self.watch.kind,
            subject_id=self.id,
            ticket_id=self.id if self.watch is TICKET else fields.get("ticket_id"),
            occurred_at=occurred_at,
            details={"number": fields.get("number"), **details},
            audience=audience_of(fields),
            **more,
        )


def audience_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What decides who hears of the event once the row is deleted or has moved."""
    return {name: fields[name] for name in (*_AUDIENCE, *_FILTERED, *_OF_WHAT_AGENTS_USE) if fields.get(name)}


def with_changes(draft: Draft, changes: Mapping[str, Any]) -> Draft:
    """The draft with what changed, and who heard of the subject before, where that is among it."""
    if not changes:
        return draft
    was = {name: changes[name][0] for name in _AUDIENCE if name in changes}
    was = {**draft.audience.get("was", {}), **was}
    audience = {**draft.audience, **({"was": was} if was else {})}
    return replace(draft, changes={**draft.changes, **changes}, audience=audience)


def key_of(row: Any) -> Key | None:
    """What a row with its thread belongs to. None where the thread is not there, or belongs to something else."""
    watch = _NOUNS.get(row.object_type or "")
    return None if watch is None or not row.object_id else (watch.kind, row.object_id)


def subjects(tx: Read, keys: Iterable[Key]) -> tuple[dict[Key, Subject], list[Difference]]:
    """The tickets and tasks that are there, with how they differ from what was known, and those that are gone."""
    found: dict[Key, Subject] = {}
    gone: list[Difference] = []
    wanted = set(keys)
    for watch in (TICKET, TASK):
        ids = [id for kind, id in wanted if kind == watch.kind]
        differences = {each.id: each for each in compare_rows(tx, watch, ids)}
        gone += [each for each in differences.values() if each.after is None]
        known = known_rows(tx, watch, ids)
        for id in ids:
            difference = differences.get(id)
            state = known.get(id) if difference is None else difference.after
            if state is not None:
                found[watch.kind, id] = Subject(watch, id, state, difference, tx.zone)
    return found, gone


def gone_of_threads(tx: Read, thread_ids: Iterable[int]) -> dict[int, Subject]:
    """Subjects as they were known, by the threads that belonged to them."""
    listed = sorted(set(thread_ids))
    if not listed:
        return {}
    watches = {watch.kind: watch for watch in (TICKET, TASK)}
    rows = known_of_thread(tx, listed)
    return {thread: Subject(watches[row.kind], row.id, row.state, None, tx.zone) for thread, row in rows.items()}
