"""Waiting for what is new: one look at the feed serves all who wait in this process."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from contextlib import suppress
from typing import Any, Final, TypeVar

from osticket_api.access.principal import Principal
from osticket_api.access.scope import view_of
from osticket_api.db.engine import Database
from osticket_api.db.unit import Read
from osticket_api.errors import ApiError
from osticket_api.events import presence
from osticket_api.events.delivery import heard_after, in_sight
from osticket_api.events.feed import last_number
from osticket_api.events.messages import FeedEvent, presence_message
from osticket_api.events.presence import Presences
from osticket_api.events.selecting import Selection

T = TypeVar("T")

_SECONDS_BETWEEN_LOOKS: Final = 0.2
_SECONDS_BETWEEN_LOOKS_WHEN_TOLD: Final = 1.0
"""While others nudge this process as soon as there is something to see."""
_SECONDS_BETWEEN_TRIES: Final = 0.5
_AT_ONCE: Final = 200


class Hub:
    """Looks at the feed, and at who is present, while somebody waits, and tells all of them of what is new."""

    def __init__(self, database: Database, is_told: Callable[[], bool] = lambda: False) -> None:
        self._database = database
        self._is_told = is_told
        self._grown = asyncio.Event()
        self._nudged = asyncio.Event()
        self.last = -1
        """The greatest number of the feed, as far as somebody has waited for it."""
        self._waiting = 0
        self._looking: asyncio.Task[None] | None = None
        self._shared: dict[Hashable, asyncio.Task[Any]] = {}
        self.presences: Presences = presence.NOBODY
        self.is_ending = False

    def nudge(self) -> None:
        """Look now: the feed has grown."""
        self._nudged.set()

    def end(self) -> None:
        """End all waiting, since the server stops. Clients come back to another server."""
        self.is_ending = True
        self._grown.set()

    async def grown_beyond(self, number: int, seconds: float) -> bool:
        """Wait until the feed has a greater number, but no longer than this."""
        await self._wait(number, None, seconds)
        return self.last > number

    async def differs_from(self, number: int, presences: Presences, seconds: float) -> bool:
        """Wait until the feed has a greater number or others are present, but no longer than this."""
        await self._wait(number, presences, seconds)
        return self.last > number or self.presences is not presences

    async def heard(self, principal: Principal, number: int, wanted: Selection) -> tuple[list[FeedEvent], int, bool]:
        """The answer of `delivery.heard_after`.

        Callers who see the same and are at the same place in the feed share one answer.
        """
        key = (view_of(principal), number, self.last, wanted)
        answer = self._database.read(heard_after, principal, number, wanted, _AT_ONCE)
        return await self._share(key, answer)

    async def moved(
        self, principal: Principal, before: Presences, after: Presences, wanted: Selection
    ) -> list[FeedEvent]:
        """The tickets in the caller's sight at which others are present than before."""
        ids = [each for each in presence.changed(before, after) if wanted.ticket_id in (None, each)]
        if not ids:
            return []
        key = (view_of(principal), tuple(ids), id(after), wanted)
        seen, moment = await self._share(key, self._database.read(in_sight, principal, ids, wanted))
        return [presence_message(each, after.get(each, ()), moment) for each in seen]

    def forget_answers(self) -> None:
        """Keep no answers for others: nobody asks the same any more."""
        self._shared.clear()

    async def close(self) -> None:
        if self._looking is not None:
            self._looking.cancel()

    async def _wait(self, number: int, presences: Presences | None, seconds: float) -> None:
        self._waiting += 1
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(), name="hub")
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    while self._is_waiting(number, presences):
                        await self._grown.wait()
        finally:
            self._waiting -= 1

    def _is_waiting(self, number: int, presences: Presences | None) -> bool:
        is_same = presences is None or self.presences is presences
        return self.last <= number and is_same and not self.is_ending

    async def _share(self, key: Hashable, answer: Awaitable[T]) -> T:
        """The answer to a question, asked once for all who ask it before something new happens."""
        if key in self._shared:
            answer.close()  # type: ignore[attr-defined]
        else:
            self._shared[key] = asyncio.ensure_future(answer)
        task = self._shared[key]
        try:
            return await asyncio.shield(task)
        except Exception:
            self._shared.pop(key, None)  # The next caller asks anew.
            raise

    async def _look(self) -> None:
        while self._waiting:
            try:
                last, presences = await self._database.read(_glance)
            except ApiError:  # The database is away: readers wait until it is back.
                await asyncio.sleep(_SECONDS_BETWEEN_TRIES)
                continue
            if last != self.last or presences != self.presences:
                self.last = last
                self.presences = self.presences if presences == self.presences else presences or presence.NOBODY
                self._shared.clear()
                grown, self._grown = self._grown, asyncio.Event()
                grown.set()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pause):
                    await self._nudged.wait()
            self._nudged.clear()

    @property
    def _pause(self) -> float:
        return _SECONDS_BETWEEN_LOOKS_WHEN_TOLD if self._is_told() else _SECONDS_BETWEEN_LOOKS


def _glance(tx: Read) -> tuple[int, Presences]:
    return last_number(tx), presence.present(tx)
