"""Too many wrong passwords lock a login name for a while.

osTicket counts in the PHP session, which an attacker throws away; we count by login name and address, in a memory of
its own: what is remembered of the database is dropped again and again, and whoever changes something could drop it.
Source: people.md 6.4 for the numbers (`staff_max_logins`, `staff_login_timeout`).
"""

from osticket_api.db.config import load_config
from osticket_api.db.engine import Read
from osticket_api.errors import TooManyRequests
from osticket_api.kit.memory import Memory


def limits(tx: Read) -> tuple[int, int]:
    """How many wrong passwords are allowed, and for how many seconds more lead to a refusal."""
    config = load_config(tx)
    return config.number("staff_max_logins") or 4, (config.number("staff_login_timeout") or 2) * 60


def check(strikes: Memory, who: str, allowed: int) -> None:
    """Raises: TooManyRequests while the name is locked."""
    if (strikes.get(who) or 0) >= allowed:
        raise TooManyRequests.because("Too many wrong passwords; wait a few minutes.", code="login_locked")


def count(strikes: Memory, who: str, seconds: int) -> None:
    strikes.put(who, (strikes.get(who) or 0) + 1, seconds)


def forget(strikes: Memory, who: str) -> None:
    strikes.forget(who)
