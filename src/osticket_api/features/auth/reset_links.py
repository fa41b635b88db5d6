"""Links with which people choose a password by themselves, on osTicket's own pages.

Source: people.md 1.8.
"""

import secrets
import string
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

import msgspec
from sqlalchemy import delete, func, select

from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.unit import Read, Write
from osticket_api.errors import NotAvailable
from osticket_api.mail import outbox

_ALPHABET: Final = string.ascii_letters + string.digits + "_="
_LENGTH: Final = 48


class ResetLink(msgspec.Struct):
    """A link to osTicket's own page, on which its owner chooses a password. It is told once."""

    url: str
    expires_at: datetime
    """The moment from which on osTicket's cron removes the link."""


def make_link(tx: Write, page: str, owner: str) -> ResetLink:
    """Make a link to a page of osTicket. `owner`: whom it signs in, as osTicket writes them: `c7` a user, `7` an agent.

    Raises: NotAvailable where osTicket's address is unknown.
    """
    config = load_config(tx)
    address = config.text("helpdesk_url").rstrip("/")
    if not address:
        raise NotAvailable.because("This help desk has no address of osTicket's pages (helpdesk_url).")
    token = make_token(tx, owner)
    expires_at = tx.now + timedelta(minutes=config.number("pw_reset_window"))
    return ResetLink(f"{address}/{page}?token={quote(token)}", expires_at)


def make_token(tx: Write, owner: str) -> str:
    """A code that signs its owner in once, to choose a password."""
    token = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    tx.insert(t.config, namespace="pwreset", key=token, value=owner, updated=tx.now)
    return token


def find_owner(tx: Write, token: str) -> str | None:
    """Whom this code signs in, its row locked; None for a code that is unknown or too old.

    osTicket compares exactly, which the database does not. It leaves old codes to its cron; here their age counts.
    """
    config = t.config.c
    row = tx.locked(select(t.config).where(config.namespace == "pwreset", config.key == token))
    if row is None or row.key != token:
        return None
    age = tx.now - row.updated
    return str(row.value) if age <= timedelta(minutes=load_config(tx).number("pw_reset_window")) else None


def cancel_links(tx: Write, owner: str) -> None:
    """End all links of somebody. Who knows the password needs none. Source: people.md 1.8"""
    tx.change(delete(t.config).where(t.config.c.namespace == "pwreset", t.config.c.value == owner))


def count_recent(tx: Read, owner: str, since: datetime) -> int:
    """How many codes somebody got lately."""
    config = t.config.c
    mine = (config.namespace == "pwreset", config.value == owner, config.updated > since)
    return int(tx.scalar(select(func.count()).select_from(t.config).where(*mine)))


def mail_to_user(tx: Write, actor: Principal, page: str, user_id: int) -> None:
    """Mail a user the link, in the words of this page of the help desk."""
    outbox.post(tx, "page", actor, page=page, user_id=user_id, token=make_token(tx, f"c{user_id}"))


def mail_to_agent(tx: Write, actor: Principal, page: str, staff_id: int) -> None:
    """Mail an agent the link, in the words of this page of the help desk."""
    outbox.post(tx, "page", actor, page=page, staff_id=staff_id, token=make_token(tx, str(staff_id)))
