"""Random properties of a ticket, drawn before its rows are written. Times are working seconds."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from osticket_api.embedded.additions import Agent, User
from osticket_api.embedded.volume.words import Writer
from osticket_api.embedded.volume.world import World

OPEN, RESOLVED, CLOSED = 1, 2, 3
MESSAGE, RESPONSE, NOTE = "M", "R", "N"
_STEPS = ((NOTE, 0.5), (RESPONSE, 0.9), (MESSAGE, 0.3), (RESPONSE, 0.3))
"""Entries that may follow the first message, with their probability: three entries a ticket on average."""

_PRIORITIES = (1,) * 2 + (2,) * 14 + (3,) * 3 + (4,)
_SOURCES = ("Email",) * 5 + ("Web",) * 4 + ("API",)
_GAP_SECONDS = 7200
_RECENT, _OPEN_IF_RECENT, _OPEN_IF_OLD = 0.95, 0.8, 0.063
"""One ticket in ten is open: most of the last weeks, and a few old ones."""

_GRACE_SECONDS, _UNTIL_CRON = 18 * 3600, 180


@dataclass(slots=True)
class RandomTicket:
    user: User
    agent: Agent
    department: int
    topic: int
    source: str
    priority: int
    subject: str
    status: int
    created: int
    claimed: int | None
    closed: int | None
    overdue: int | None
    steps: list[tuple[str, int]]

    @property
    def due(self) -> int:
        return self.created + _GRACE_SECONDS

    @property
    def is_taken(self) -> bool:
        return self.status != OPEN or self.claimed is not None or any(kind == RESPONSE for kind, _ in self.steps)


class TicketGenerator:
    """Generates tickets in the order of their creation. `present` is the current time in working seconds."""

    def __init__(self, world: World, writer: Writer, draw: random.Random, present: int) -> None:
        self._world = world
        self._writer = writer
        self._draw = draw
        self._present = present

    def generate(self, count: int) -> Iterator[RandomTicket]:
        for place in range(count):
            yield self._ticket(place / count, 1 / count)

    def _ticket(self, age: float, share: float) -> RandomTicket:
        """`age` is how much of the whole time had passed, from 0 to 1."""
        random, world = self._draw.random, self._world
        created = int((age + random() * share) * self._present)
        department = world.departments[int(random() * random() * len(world.departments))]
        agents = world.agents[department]
        steps = self._steps(created)
        status, closed = self._ending(age, steps[-1][1] if steps else created)
        return RandomTicket(
            user=world.users[int(random() * len(world.users))],
            agent=agents[int(random() * len(agents))],
            department=department,
            topic=world.topics[int(random() * len(world.topics))],
            source=_SOURCES[int(random() * len(_SOURCES))],
            priority=_PRIORITIES[int(random() * len(_PRIORITIES))],
            subject=self._writer.subject(),
            status=status,
            created=created,
            claimed=self._claimed(created, steps),
            closed=closed,
            overdue=self._overdue(created, closed),
            steps=steps,
        )

    def _gap(self) -> int:
        return 60 + int(self._draw.expovariate(1 / _GAP_SECONDS))

    def _steps(self, at: int) -> list[tuple[str, int]]:
        steps = []
        for kind, chance in _STEPS:
            if self._draw.random() < chance:
                at += self._gap()
                steps.append((kind, at))
        return [(kind, at) for kind, at in steps if at <= self._present]

    def _claimed(self, created: int, steps: list[tuple[str, int]]) -> int | None:
        """Half of the tickets somebody writes in were taken on purpose, before that."""
        return (created + steps[0][1]) // 2 if steps and self._draw.random() < 0.5 else None

    def _ending(self, age: float, last: int) -> tuple[int, int | None]:
        closed = last + self._gap()
        stays_open = self._draw.random() < (_OPEN_IF_RECENT if age > _RECENT else _OPEN_IF_OLD)
        if stays_open or closed > self._present:
            return OPEN, None
        return (RESOLVED if self._draw.random() < 0.4 else CLOSED), closed

    def _overdue(self, created: int, closed: int | None) -> int | None:
        """The moment at which cron marked the ticket overdue, if that was before it was closed."""
        found = created + _GRACE_SECONDS + _UNTIL_CRON
        return found if found < (self._present if closed is None else closed) else None
