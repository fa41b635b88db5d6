"""Which events a ticket's or task's changed columns belong to, and what they tell where nobody recorded an event.

PHP writes row by row, each at once: the row of a ticket may change a moment before or after the event that explains it.
So a change waits a little for its event, and tells itself only when none comes.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from osticket_api.events.drafting import CLAIMS
from osticket_api.events.feed import HISTORY, Draft
from osticket_api.events.subjects import Key, Subject, with_changes
from osticket_api.events.watches import TASK, TICKET

PATIENCE: Final = 1.5
"""Seconds that a changed row waits for the event that explains it."""
PATIENCE_NEW: Final = 20.0
"""Seconds that a new row waits: osTicket records the creation last."""
WARM: Final = 12.0
"""Seconds in which a row that was touched is compared again and again."""
_WARM_LIMIT: Final = 200

_DERIVED: Final = frozenset({"sla_due_at", "due_at", "closed_at", "reopened_at"})
"""Columns that follow from others."""
_CONVERSING: Final = (TICKET.kind, TASK.kind)
_AT_ONCE: Final = frozenset({"is_answered", "lock_id"})
"""Columns whose change is an event of its own, of which osTicket records nothing."""


@dataclass
class Attention:
    """What the tailer keeps an eye on: rows touched lately, and rows whose change waits for an explanation."""

    warm: dict[Key, float] = field(default_factory=dict)
    explained: dict[Key, frozenset[str]] = field(default_factory=dict)
    """Columns whose change was told of lately, before their row had it."""
    waiting: dict[Key, float] = field(default_factory=dict)

    def keys(self, now: float) -> set[Key]:
        """The rows to be compared now."""
        self.warm = {key: since for key, since in self.warm.items() if now - since < WARM}
        waiting = {(kind.removeprefix("gone "), id) for kind, id in self.waiting}
        self.explained = {key: names for key, names in self.explained.items() if key in self.warm}
        return {*list(self.warm)[-_WARM_LIMIT:], *waiting}

    def touch(self, key: Key, now: float) -> None:
        self.warm.pop(key, None)
        self.warm[key] = now

    def explain(self, key: Key, drafts: Iterable[Draft]) -> None:
        """Remember what these events tell of, for the row that may follow."""
        claimed = (CLAIMS.get(_verb(draft), frozenset()) for draft in drafts)
        self.explained[key] = self.explained.get(key, frozenset()).union(*claimed)

    def recall(self, told_last: Iterable[Any], now: float) -> None:
        """Watch the subjects of the last events: the process that told them may have died before their rows changed."""
        for row in told_last:
            key = (row.kind, row.subject_id)
            if row.kind not in _CONVERSING or row.origin == HISTORY:
                continue
            self.touch(key, now)
            if not row.changes:
                claimed = CLAIMS.get(row.type.partition(".")[2], frozenset())
                self.explained[key] = self.explained.get(key, frozenset()) | claimed

    def wait(self, key: Key, now: float) -> None:
        self.waiting.setdefault(key, now)

    def has_waited(self, key: Key, seconds: float, now: float) -> bool:
        return now - self.waiting.setdefault(key, now) >= seconds

    def settled(self, key: Key) -> None:
        self.waiting.pop(key, None)

    def forget_missing(self, there: Collection[Key], gone: Iterable[Key]) -> None:
        """Wait no longer for what is neither there nor known."""
        known = {*there, *((f"gone {kind}", id) for kind, id in gone)}
        self.waiting = {key: since for key, since in self.waiting.items() if key in known}


def settle(
    subject: Subject, drafts: Sequence[Draft], attention: Attention, now: float, moment: datetime
) -> list[Draft] | None:
    """The subject's events with what changed in them. None: the change waits, and the events go out without it.

    `drafts`: what was recorded about the subject just now. `moment`: when a change is taken to have happened.
    """
    if subject.difference is None:
        attention.settled(subject.key)
        attention.explain(subject.key, drafts)
        return list(drafts)
    settled = _settled(subject, drafts, attention, now, moment)
    if settled is not None:
        attention.settled(subject.key)
    return settled


def _settled(
    subject: Subject, drafts: Sequence[Draft], attention: Attention, now: float, moment: datetime
) -> list[Draft] | None:
    if subject.is_new:
        if any(_verb(draft) == "created" for draft in drafts):
            return list(drafts)
        is_late = attention.has_waited(subject.key, PATIENCE_NEW, now)
        return [subject.draft("created", occurred_at=moment, details={}), *drafts] if is_late else None
    changes = subject.changes
    claimed = _claimed(drafts, changes)
    if claimed is not None:
        return claimed + _events_for(subject, {name: changes[name] for name in _AT_ONCE & set(changes)}, moment)
    if attention.explained.get(subject.key, frozenset()) & set(changes):
        untold = {name: change for name, change in changes.items() if name not in _AT_ONCE}
        late = with_changes(subject.draft("updated", occurred_at=moment, details={}), untold)
        answered = {name: changes[name] for name in _AT_ONCE & set(changes)}
        return [*drafts, late, *_events_for(subject, answered, moment)]
    if drafts and set(changes) <= _DERIVED:
        return [with_changes(drafts[0], changes), *drafts[1:]]
    if changes and set(changes) <= _AT_ONCE | _DERIVED and set(changes) & _AT_ONCE:
        return [*drafts, *_events_for(subject, changes, moment)]
    if attention.has_waited(subject.key, PATIENCE, now):
        return [
            *drafts,
            *(_events_for(subject, changes, moment) or [subject.draft("updated", occurred_at=moment, details={})]),
        ]
    return None


def _claimed(drafts: Sequence[Draft], changes: Mapping[str, list[Any]]) -> list[Draft] | None:
    """The events with the changes they explain, the first of them with the rest. None where no event explains any."""
    claimers = [place for place, draft in enumerate(drafts) if _verb(draft) in CLAIMS]
    if not claimers:
        return None
    rest = {name: change for name, change in changes.items() if name not in _AT_ONCE}
    explained = list(drafts)
    for place in claimers:
        mine = {name: rest.pop(name) for name in CLAIMS[_verb(explained[place])] & set(rest)}
        explained[place] = with_changes(explained[place], mine)
    explained[claimers[0]] = with_changes(explained[claimers[0]], rest)
    return explained


def _events_for(subject: Subject, changes: Mapping[str, list[Any]], moment: datetime) -> list[Draft]:
    """The events for changes that no other event explains, each with its columns."""
    drafts: list[Draft] = []
    rest = dict(changes)
    for verb, names in _verbs(rest):
        mine = {name: rest.pop(name) for name in names if name in rest}
        drafts.append(with_changes(subject.draft(verb, occurred_at=moment, details={}), mine))
    if rest and drafts and set(rest) <= _DERIVED:
        drafts[0] = with_changes(drafts[0], rest)
    elif rest:
        drafts.append(with_changes(subject.draft("updated", occurred_at=moment, details={}), rest))
    return drafts


def _verbs(changes: Mapping[str, list[Any]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What the changed columns amount to, and which columns each takes."""
    after = {name: change[1] for name, change in changes.items()}
    if "status_id" in after:
        closing = "closed" if after.get("closed_at") else "reopened"
        yield closing if "closed_at" in after else "status_changed", ("status_id", "closed_at", "reopened_at")
    if "department_id" in after:
        yield "transferred", ("department_id",)
    if {"staff_id", "team_id"} & set(after):
        is_assigned = after.get("staff_id") or after.get("team_id")
        yield "assigned" if is_assigned else "released", ("staff_id", "team_id")
    if "user_id" in after:
        yield "owner_changed", ("user_id",)
    if after.get("is_overdue"):
        yield "overdue", ("is_overdue",)
    if "is_answered" in after:
        yield "answered" if after["is_answered"] else "unanswered", ("is_answered",)
    if "lock_id" in after:
        yield "locked" if after["lock_id"] else "unlocked", ("lock_id",)


def _verb(draft: Draft) -> str:
    return draft.type.partition(".")[2]
