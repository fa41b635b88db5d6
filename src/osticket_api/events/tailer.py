"""The tailer: sees what anybody changed in the help desk, and appends it to the feed."""

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import msgspec
from sqlalchemy import Row

from osticket_api.db.engine import Database
from osticket_api.db.unit import Read, Write
from osticket_api.events import comparing, feed, reading
from osticket_api.events.binlog.hints import Hints
from osticket_api.events.feed import LogPosition, Overtaken, Positions, Standing
from osticket_api.events.observing import Observation, observe
from osticket_api.events.reading import SOURCES
from osticket_api.events.settling import Attention
from osticket_api.events.sweeping import Sweep
from osticket_api.events.watches import LARGE, SMALL, Watch
from osticket_api.kit.rounds import did

if TYPE_CHECKING:
    from osticket_api.events.binlog.reader import LogReader

_SECONDS_BETWEEN_LEASES: Final = 2.0
_NEVER: Final = float("-inf")


class Tailer:
    """Finds changes and appends them to the feed, as long as this process holds the lease.

    Without the lease a step does nothing.
    """

    def __init__(self, database: Database, log: "LogReader | None" = None) -> None:
        self._database = database
        self._log = log
        self._holder = uuid4().hex
        self._since: Standing | None = None
        self._lease_until = _NEVER
        self._attention = Attention()
        self._sweep = Sweep()
        self._used_number = 0

    @property
    def leads(self) -> bool:
        """Whether this one may append."""
        return self._lease_until > _NEVER

    @property
    def rests(self) -> bool:
        """Whether nothing is expected, and the binary log would tell of anything new."""
        is_told = self._log is not None and self._log.is_followed
        return is_told and self._hints.is_empty and not self._attention.waiting

    async def step(self, now: float | None = None) -> int:
        """Look once, and append what is new. Returns how many events that were. `now` only counts seconds."""
        now = monotonic() if now is None else now
        if not await self._leads(now):
            self._leave_log()
            return 0
        try:
            return await self._look(await self._standing(now), now)
        except Overtaken:
            self._since = None
            return 0

    async def _standing(self, now: float) -> Standing:
        if self._since is None:
            found, told_last = await self._database.read(_taken_over)
            self._since = found if found.positions.is_filled else await self._filled(found)
            self._attention.recall(told_last, now)
            self._follow_log(self._since.positions.log)
        return self._since

    async def _filled(self, since: Standing) -> Standing:
        """Take what is there already as known: the feed begins now, not at the beginning of history."""
        for watch in (*LARGE, *SMALL):
            first = await self._database.read(comparing.next_id, watch, 0)
            while first is not None:
                await self._database.write(_fill_part, self._holder, watch, first)
                first = await self._database.read(comparing.next_id, watch, first + comparing.FILLED)
        positions = msgspec.structs.replace(since.positions, is_filled=True)
        return await self._database.write(feed.append, since, [], positions)

    def _follow_log(self, position: LogPosition | None) -> None:
        if self._log is not None:
            self._log.start(position)

    def _leave_log(self) -> None:
        if self._log is not None:
            self._log.stop()

    async def _look(self, since: Standing, now: float) -> int:
        sweep, hints = copy(self._sweep), self._hints
        rows = hints.rows(now, len(self._attention.waiting))
        seen = await self._database.read(observe, since.positions, self._attention, sweep, now, rows)
        seen = replace(seen, positions=self._with_log(seen.positions, hints.position(now)))
        if seen.drafts or seen.known or seen.positions != since.positions:
            self._since = await self._database.write(_append, since, seen, self._used_number)
            self._used_number = max(self._used_number, self._since.last_number)
            did("events", len(seen.drafts), for_requests=(draft.request_id for draft in seen.drafts))
        self._sweep = sweep  # Kept after the write: if the write fails, the next look covers the same rows.
        hints.looked(now)
        return len(seen.drafts)

    @property
    def _hints(self) -> Hints:
        """What the binary log told of. Nothing, where it is not read."""
        found = None if self._log is None else self._log.hints
        return Hints() if found is None else found

    def _with_log(self, positions: Positions, log: LogPosition | None) -> Positions:
        """The positions, with how far the binary log has been dealt with. Without a log there is no such place."""
        kept = None if self._log is None else log or positions.log
        return msgspec.structs.replace(positions, log=kept)

    async def stop(self) -> None:
        """Leave the lease to others."""
        self._leave_log()
        self._lease_until, self._since = _NEVER, None
        await self._database.record(feed.release_lease, self._holder)

    async def _leads(self, now: float) -> bool:
        if now < self._lease_until:
            return True
        if not await self._database.write(_take_lease, self._holder):
            self._lease_until, self._since = _NEVER, None
            return False
        self._lease_until = now + _SECONDS_BETWEEN_LEASES
        return True


def _take_lease(tx: Write, holder: str) -> bool:
    if feed.standing(tx) is None:
        feed.start(tx, _beginning(tx))
    return feed.take_lease(tx, holder)


def _fill_part(tx: Write, holder: str, watch: Watch, first: int) -> None:
    """Fill a part, and keep the lease: with many rows it would run out before all are known.

    Raises: Overtaken where somebody else has the lease.
    """
    if not feed.take_lease(tx, holder):
        raise Overtaken
    comparing.fill_part(tx, watch, first)


def _beginning(tx: Read) -> Positions:
    return Positions(high={source.name: reading.newest(tx, source) for source in SOURCES})


def _taken_over(tx: Read) -> tuple[Standing, Sequence[Row[Any]]]:
    """Read where the feed stands, and its last events, for a process that begins to append to it."""
    found = feed.standing(tx)
    assert found is not None, "the lease is on a feed that was started"
    positions = reading.asked_anew(found.positions, int(tx.now.timestamp()))
    return replace(found, positions=positions), feed.told_last(tx)


def _append(tx: Write, since: Standing, seen: Observation, used_number: int) -> Standing:
    standing = feed.append(tx, since, seen.drafts, seen.positions, used_number)
    comparing.remember(tx, seen.known)
    return standing
