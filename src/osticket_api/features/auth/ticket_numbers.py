"""Guests who say the number of a ticket and their address, where the help desk does not verify addresses by mail.

Source: people.md 6.6
"""

from sqlalchemy import select

from osticket_api.access.gate import admit
from osticket_api.access.loading import can_sign_in, find_guest
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.identity import row_named
from osticket_api.db.unit import Read
from osticket_api.errors import Forbidden, Unauthenticated
from osticket_api.features.auth.login_throttle import LoginAttempt, counted
from osticket_api.features.auth.ticket_access import Guest
from osticket_api.features.auth.ticket_links import find_participant
from osticket_api.kit.identity import folded
from osticket_api.web.call import Call


async def come_by_number(call: Call, email: str, number: str) -> Guest:
    """Whom an address and a number let in. Wrong numbers are counted as wrong passwords are, apart from those.

    Raises: Forbidden where the help desk mails links instead, Unauthenticated, TooManyRequests after too many tries;
    Forbidden and Unavailable where it lets nobody in.
    """
    account = await call.database.read(_account_of, email)
    async with counted(call.database, LoginAttempt("user", account, email, call.ip, "ticket number")):
        guest = await call.database.read(_find_guest, email, number)
        if guest is None:
            message = "There is no ticket of this number and address."
            raise Unauthenticated.because(message, code="wrong_credentials")
    await call.database.read(_admit, guest, call.ip)
    return guest


def _account_of(tx: Read, email: str) -> str:
    """What tries are counted by. Raises: Forbidden where an address is not enough."""
    if load_config(tx).flag("client_verify_email"):
        message = "This help desk mails the link to a ticket: ask for one at /auth/ticket-link."
        raise Forbidden.because(message, code="link_required")
    row = row_named(tx, select(t.user_email.c.user_id), t.user_email.c.address, email)
    return f"unknown guest:{folded(email)}" if row is None else f"user:{row.user_id}"


def _find_guest(tx: Read, email: str, number: str) -> Guest | None:
    """The owner of the ticket, or somebody who takes part in it. An account must be one that may sign in."""
    found = find_participant(tx, email, number)
    if found is None or not _may_come(tx, found.user_id):
        return None
    return Guest(found.user_id, found.ticket_id)


def _may_come(tx: Read, user_id: int) -> bool:
    status = tx.scalar(select(t.user_account.c.status).where(t.user_account.c.user_id == user_id))
    return status is None or can_sign_in(status)


def _admit(tx: Read, guest: Guest, ip: str) -> None:
    principal = find_guest(tx, guest.user_id, guest.ticket_id)
    if principal is not None:
        admit(tx, principal, ip)
