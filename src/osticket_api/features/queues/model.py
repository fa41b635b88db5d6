"""Queues as the database has them, and what they take over from those above them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from sqlalchemy import Row, select

from osticket_api.access.principal import Staff
from osticket_api.db import tables as t
from osticket_api.db.flags import QueueFlag
from osticket_api.db.unit import Read
from osticket_api.errors import NotFound
from osticket_api.features.queues.criteria.reading import Criterion, read_criteria
from osticket_api.kit import php_json

_OF_TICKETS: Final = "T"
_INHERITED_FILTER: Final = "::"


@dataclass(frozen=True)
class Queue:
    """One row. Source: tickets.md 8.3, Appendix A."""

    id: int
    parent_id: int | None
    title: str
    flags: int
    staff_id: int | None
    config: str | None
    filter: str | None
    sort_id: int | None
    columns_id: int | None
    sort: int
    created: Any
    updated: Any

    @classmethod
    def of(cls, row: Row[Any]) -> "Queue":
        names = cls.__dataclass_fields__
        values = {name: getattr(row, name) for name in names}
        return cls(**{**values, "title": row.title or ""})

    def has(self, flag: int) -> bool:
        return bool(self.flags & flag)

    def is_usable_by(self, staff: Staff) -> bool:
        """Public ones and their own, unless switched off."""
        return not self.has(QueueFlag.DISABLED) and (self.has(QueueFlag.PUBLIC) or self.staff_id == staff.id)

    @cached_property
    def criteria(self) -> list[Criterion]:
        return read_criteria(self.config)


class Queues:
    """All queues of tickets, with what one agent has set for themselves."""

    def __init__(self, queues: Iterable[Queue], settings: Mapping[int, Mapping[str, Any]], staff: Staff) -> None:
        self._queues = {queue.id: queue for queue in queues}
        self._settings = settings
        self._staff = staff

    @property
    def usable(self) -> list[Queue]:
        """The queues that the agent sees, in osTicket's order."""
        shown = (queue for queue in self._queues.values() if queue.is_usable_by(self._staff))
        return sorted(shown, key=lambda queue: (queue.sort, queue.title.lower(), queue.id))

    def get(self, queue_id: int) -> Queue:
        """Raises: NotFound for one that the agent does not see."""
        queue = self._queues.get(queue_id)
        if queue is None or not queue.is_usable_by(self._staff):
            raise NotFound.because(f"There is no queue {queue_id}.")
        return queue

    def above(self, queue: Queue) -> list[Queue]:
        """The queue and those above it, the nearest first. Circles end."""
        found = [queue]
        while (parent := self._queues.get(found[-1].parent_id or 0)) is not None and parent not in found:
            found.append(parent)
        return found

    def inherited(self, queue: Queue, flag: int) -> list[Queue]:
        """The queue and those above it from which it takes something over, as long as each says so."""
        line = self.above(queue)
        stop = next((place for place, each in enumerate(line) if not each.has(flag)), len(line) - 1)
        return line[: stop + 1]

    def criteria(self, queue: Queue) -> list[Criterion]:
        """All criteria of a queue, those of the queues above it first. Source: tickets.md 8.3.1."""
        line = reversed(self.inherited(queue, QueueFlag.INHERITS_CRITERIA))
        return [criterion for each in line for criterion in (*each.criteria, *self._own(each))]

    def _own(self, queue: Queue) -> list[Criterion]:
        """The criteria that the agent has added for themselves."""
        added = self._settings.get(queue.id, {}).get("criteria")
        return read_criteria(php_json.encode(added)) if added else []

    def quick_filter(self, queue: Queue) -> str | None:
        """The path of the quick filter, which may be the one of the queue above."""
        for each in self.above(queue):
            if each.filter != _INHERITED_FILTER:
                return each.filter or None
        return None

    def setting(self, queue: Queue, name: str) -> Any:
        """The agent's own settings of a queue."""
        return self._settings.get(queue.id, {}).get(name)


def load_queues(tx: Read, staff: Staff) -> Queues:
    """All queues of tickets: two queries, however many there are."""
    config = t.queue_config.c
    rows = tx.rows(select(t.queue).where(t.queue.c.root == _OF_TICKETS))
    set_by_agent = tx.rows(select(config.queue_id, config.setting).where(config.staff_id == staff.id))
    settings = {row.queue_id: php_json.decode(row.setting) for row in set_by_agent}
    return Queues(
        (Queue.of(row) for row in rows),
        {queue_id: setting for queue_id, setting in settings.items() if isinstance(setting, Mapping)},
        staff,
    )
