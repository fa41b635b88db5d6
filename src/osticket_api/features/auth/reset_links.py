"""Links with which people choose a password by themselves, on osTicket's own pages.

Source: people.md 1.8.
"""

import secrets
import string
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

import msgspec

from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.engine import Write
from osticket_api.errors import NotAvailable

_ALPHABET: Final = string.ascii_letters + string.digits + "_="
_LENGTH: Final = 48


class ResetLink(msgspec.Struct):
    """A link to osTicket's own page, on which its owner chooses a password. It is told once."""

    url: str
    expires_at: datetime
    """From then on osTicket's cron removes it."""


def make_link(tx: Write, page: str, owner: str) -> ResetLink:
    """Make a link to a page of osTicket. `owner`: whom it signs in, as osTicket writes them: `c7` a user, `7` an agent.

    Raises: NotAvailable where osTicket's address is unknown.
    """
    config = load_config(tx)
    address = config.text("helpdesk_url").rstrip("/")
    if not address:
        raise NotAvailable.because("This help desk has no address of osTicket's pages (helpdesk_url).")
    token = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    tx.insert(t.config, namespace="pwreset", key=token, value=owner, updated=tx.now)
    expires_at = tx.now + timedelta(minutes=config.number("pw_reset_window"))
    return ResetLink(f"{address}/{page}?token={quote(token)}", expires_at)
