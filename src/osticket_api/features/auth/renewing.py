"""Replace the outdated hash of a password once somebody signs in with that password.

Source: people.md 1.7.
"""

import asyncio
from dataclasses import dataclass

from sqlalchemy import update

from osticket_api.access.passwords import hashed, is_outdated
from osticket_api.db import tables as t
from osticket_api.db.unit import Write


@dataclass(frozen=True)
class Renewal:
    """A new hash of the password that the outdated hash fits."""

    outdated: str
    renewed: str


async def renewal_of(password: str, stored: str | None) -> Renewal | None:
    """The renewal of the hash that the password fits. None for a hash that osTicket keeps as it is."""
    if not stored or not is_outdated(stored):
        return None
    return Renewal(stored, await asyncio.to_thread(hashed, password))


def renew(tx: Write, subject: str, renewal: Renewal) -> None:
    """Store the new hash, unless the password has been changed meanwhile."""
    kind, _, identifier = subject.partition(":")
    staff, account = t.staff.c, t.user_account.c
    if kind == "staff":
        statement = update(t.staff).where(staff.staff_id == int(identifier), staff.passwd == renewal.outdated)
        tx.change(statement.values(passwd=renewal.renewed, updated=tx.now))
        return
    statement = update(t.user_account).where(account.user_id == int(identifier), account.passwd == renewal.outdated)
    tx.change(statement.values(passwd=renewal.renewed))
