"""Count wrong passwords, in a table that all processes share, or in memory where this server may not write.

Nothing here is read by osTicket, which counts in the PHP session that an attacker throws away.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Concatenate, Final, ParamSpec, Protocol, TypeVar

from sqlalchemy import delete, select, update

from osticket_api.access.tokens import fingerprint
from osticket_api.db.engine import Database
from osticket_api.db.tables import own
from osticket_api.db.unit import Read, Write
from osticket_api.kit.ttl_cache import TtlCache

P = ParamSpec("P")
R = TypeVar("R")

KEPT: Final = timedelta(hours=1)
"""How long after the last try a count still goes on."""


@dataclass(frozen=True)
class Tally:
    """How many tries were made since the last good one. `tries` of a new tally is 0."""

    tries: int
    last_at: datetime
    locked_until: datetime | None = None


class Tallies(Protocol):
    """The tallies that one unit of work sees, each by the subject that is counted."""

    def locked_until(self, subjects: Collection[str], now: datetime) -> datetime | None:
        """Until when one of these subjects is locked."""

    def take(self, subject: str) -> Tally | None:
        """The tally of a subject, which nobody else changes until the unit of work ends."""

    def put(self, subject: str, tally: Tally) -> None: ...

    def forget(self, subject: str) -> None: ...


class SharedTallies:
    """Rows of `api_strike`."""

    def __init__(self, tx: Write) -> None:
        self._tx = tx
        self._is_there: dict[str, bool] = {}
        """Whether the rows of the subjects that were taken were there: those are locked now."""

    def locked_until(self, subjects: Collection[str], now: datetime) -> datetime | None:
        strike = own.api_strike.c
        hashes = [fingerprint(subject) for subject in subjects]
        found = select(strike.locked_until).where(strike.subject_hash.in_(hashes), strike.locked_until > now)
        return max(self._tx.scalars(found), default=None)

    def take(self, subject: str) -> Tally | None:
        row = self._tx.locked(select(own.api_strike).where(own.api_strike.c.subject_hash == fingerprint(subject)))
        self._is_there[subject] = row is not None
        return None if row is None else Tally(row.tries, row.last_at, row.locked_until)

    def put(self, subject: str, tally: Tally) -> None:
        """Write a tally that is locked, or add it. Where another process was first, the unit is run again.

        What was not there when it was taken is added, never overwritten: another process may have counted since.
        """
        strike = own.api_strike.c
        values = {"tries": tally.tries, "last_at": tally.last_at, "locked_until": tally.locked_until}
        if subject not in self._is_there:
            self.take(subject)
        if self._is_there[subject]:
            self._tx.change(update(own.api_strike).where(strike.subject_hash == fingerprint(subject)).values(**values))
        else:
            self._tx.change(delete(own.api_strike).where(strike.last_at < tally.last_at - KEPT))
            self._tx.insert(own.api_strike, subject_hash=fingerprint(subject), **values)
            self._is_there[subject] = True

    def forget(self, subject: str) -> None:
        again = update(own.api_strike).where(own.api_strike.c.subject_hash == fingerprint(subject))
        self._tx.change(again.values(tries=0, locked_until=None))


class OwnTallies:
    """Counts in the memory of this process."""

    def __init__(self, memory: TtlCache) -> None:
        self._memory = memory

    def locked_until(self, subjects: Collection[str], now: datetime) -> datetime | None:
        tallies = [self._memory.get(subject) for subject in subjects]
        ends = [tally.locked_until for tally in tallies if tally is not None and tally.locked_until is not None]
        return max((end for end in ends if end > now), default=None)

    def take(self, subject: str) -> Tally | None:
        tally: Tally | None = self._memory.get(subject)
        return tally

    def put(self, subject: str, tally: Tally) -> None:
        self._memory.put(subject, tally, KEPT.total_seconds())

    def forget(self, subject: str) -> None:
        self._memory.forget(subject)


async def count(
    database: Database, function: Callable[Concatenate[Read, Tallies, P], R], *args: P.args, **kwargs: P.kwargs
) -> R:
    """Run a function on the tallies, as one unit of work; a write, where we may."""

    def shared(tx: Write) -> R:
        return function(tx, SharedTallies(tx), *args, **kwargs)

    def alone(tx: Read) -> R:
        return function(tx, OwnTallies(database.failed_sign_ins), *args, **kwargs)

    if not database.has_own_tables:
        return await database.read(alone)
    return await database.write(shared)
