"""The clock of the sample help desk: what happens there is written story by story and played in the order of time."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, time
from heapq import heappop, heappush
from itertools import count
from zoneinfo import ZoneInfo

from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.embedded.demo.cast import Cast
from osticket_api.embedded.demo.setting import Setting
from osticket_api.embedded.hours import next_workday, workday_before
from osticket_api.embedded.ledger import Ledger

Act = Callable[[datetime], None]


class Stage:
    """The help desk on which stories are played. Whatever a story puts after the present is left out."""

    def __init__(self, tx: Write, ledger: Ledger, setting: Setting, cast: Cast) -> None:
        self.ledger = ledger
        self.setting = setting
        self.cast = cast
        zone = tx.scalar(select(t.config.c.value).where(t.config.c.key == "default_timezone"))
        self.zone = ZoneInfo(zone or "UTC")
        self._now = tx.now
        self._script: list[tuple[datetime, int, Act]] = []
        self._order = count()
        self._random = random.Random(1)  # noqa: S311
        self._taken: dict[int, int] = {}

    def moment(self, days: int, clock: str) -> datetime:
        """A time of day so many workdays ago."""
        day = workday_before(self._now.astimezone(self.zone).date(), days)
        return datetime.combine(day, time.fromisoformat(clock), self.zone).astimezone(UTC)

    @property
    def due_soon(self) -> datetime:
        """The afternoon of the next workday."""
        day = next_workday(self._now.astimezone(self.zone).date())
        return datetime.combine(day, time(15), self.zone).astimezone(UTC)

    def at(self, moment: datetime, act: Act) -> None:
        heappush(self._script, (moment, next(self._order), act))

    def play(self) -> None:
        while self._script:
            moment, _, act = heappop(self._script)
            if moment <= self._now:
                act(moment)

    def random_number(self) -> str:
        return str(self._random.randrange(100_000, 1_000_000))

    def take(self, sequence: int) -> int:
        """The next number of a sequence."""
        self._taken[sequence] = self._taken.get(sequence, 0) + 1
        return self._taken[sequence]

    def write(self, tx: Write) -> None:
        """Store what the stories wrote, and set the sequences to the number after theirs."""
        for number, last in self._taken.items():
            here = t.sequence.c.id == number
            tx.change(t.sequence.update().where(here).values(next=last + 1, updated=tx.now))
