"""Too many wrong passwords lock a login name for a while.

osTicket counts in the PHP session, which an attacker throws away; we count by login name and address, in a memory of
its own: what is remembered of the database is dropped again and again, and whoever changes something could drop it.
Source: people.md 6.4 for the numbers (`staff_max_logins`, `staff_login_timeout`).
"""

from asyncio import Lock
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from osticket_api.db.config import load_config
from osticket_api.db.engine import Database, Read
from osticket_api.errors import Invalid, TooManyRequests, Unauthenticated
from osticket_api.kit.memory import Memory

_turns: WeakValueDictionary[tuple[Memory, str], Lock] = WeakValueDictionary()
"""Each is kept as long as somebody has or awaits it."""


def limits(tx: Read) -> tuple[int, int]:
    """How many wrong passwords are allowed, and for how many seconds more lead to a refusal."""
    config = load_config(tx)
    return config.number("staff_max_logins") or 4, (config.number("staff_login_timeout") or 2) * 60


@asynccontextmanager
async def guess(database: Database, who: str) -> AsyncIterator[None]:
    """Whoever is in here tries a password: alone under this name, or many at once would be tried before one counts.

    A refusal from in here is a wrong password; without one the right one was given, and the count begins anew.

    Raises: TooManyRequests while the name is locked.
    """
    allowed, seconds = await database.read(limits)
    strikes = database.strikes
    async with _turns.setdefault((strikes, who), Lock()):
        count = strikes.get(who) or 0
        if count >= allowed:
            raise TooManyRequests.because("Too many wrong passwords; wait a few minutes.", code="login_locked")
        try:
            yield
        except (Unauthenticated, Invalid):
            strikes.put(who, count + 1, seconds)
            raise
        strikes.forget(who)
