"""The SMTP accounts of the help desk's mailboxes, as osTicket keeps them.

Source: mail.md 6
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import Row, select

from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.unit import Read
from osticket_api.mail.secrets import account_namespace, decrypt, subkey
from osticket_api.settings import Settings

Encryption = Literal["tls", "starttls", "plain"]

SCHEMES: Final[dict[str, Encryption]] = {"ssl": "tls", "tls": "starttls", "plain": "plain"}
_PORTS: Final[dict[int, Encryption]] = {465: "tls", 993: "tls", 995: "tls", 587: "starttls"}
_HOST: Final = re.compile(r"(?:(ssl|tls|plain)://)?(.+)", re.IGNORECASE)


@dataclass(frozen=True)
class Account:
    """A way out: a mail server and how to log in there. Neither password nor token: without a login."""

    id: int
    address: str
    host: str
    port: int
    encryption: Encryption
    may_spoof: bool
    username: str = ""
    password: str = ""
    token: str = ""

    @property
    def name(self) -> str:
        """The name of the account in the system log."""
        return f"{self.address} ({self.encryption}://{self.host}:{self.port}/SMTP)"


@dataclass(frozen=True)
class Place:
    """The host of a mail server, and the encryption of the connection."""

    host: str
    encryption: Encryption


def split_host(stored: str, port: int | None) -> Place | None:
    """Split a host, with or without a scheme, into name and encryption; None where no host is given.

    Source: mail.md 6.1
    """
    found = _HOST.fullmatch(stored.strip())
    if found is None:
        return None
    scheme, host = found.groups()
    return Place(host, SCHEMES[scheme.lower()] if scheme else usual_encryption(port))


def usual_encryption(port: int | None) -> Encryption:
    """The encryption that a port stands for."""
    return _PORTS.get(port or 0, "plain")


def routes(tx: Read, email_id: int) -> list[Account]:
    """The accounts by which a mailbox can send, best first: its own, then the default one. Source: mail.md 6.3"""
    account = t.email_account.c
    wanted = (account.email_id == email_id) | (account.id == load_config(tx).number("default_smtp_id"))
    rows = tx.rows(
        select(t.email_account, t.email.c.email)
        .join(t.email, t.email.c.email_id == account.email_id)
        .where(wanted, account.type == "smtp", account.active == 1)
    )
    ordered = sorted(rows, key=lambda row: row.email_id != email_id)
    return [found for row in ordered if (found := _account(tx, row)) is not None]


def has_usable_account(tx: Read) -> bool:
    """Whether any mailbox can send."""
    account = t.email_account.c
    senders = select(account.email_id).where(account.type == "smtp", account.active == 1).distinct()
    return any(routes(tx, email_id) for email_id in tx.scalars(senders))


def can_send(tx: Read, settings: Settings) -> bool:
    """Whether mails can leave: by an account of any mailbox, or by the sendmail of this machine."""
    return bool(settings.mail_sendmail) or has_usable_account(tx)


def _account(tx: Read, row: Row[Any]) -> Account | None:
    """The account with its credentials; None when they cannot be read."""
    place = split_host(row.host, row.port)
    if place is None:
        return None
    host, encryption = place.host, place.encryption
    bare = Account(row.id, row.email, host, row.port, encryption, bool(row.allow_spoofing))
    if row.auth_bk == "none":
        return Account(row.id, row.email, host, row.port, "plain", bool(row.allow_spoofing))
    account_id = _mailbox_id(tx, row.email_id) if row.auth_bk == "mailbox" else row.id
    namespace = account_namespace(row.email_id, account_id or 0)
    if row.auth_bk.startswith("oauth2"):
        return _with_token(tx, bare, namespace)
    return _with_password(tx, bare, namespace)


def _mailbox_id(tx: Read, email_id: int) -> int | None:
    """The account by which osTicket fetches mail for this mailbox."""
    account = t.email_account.c
    found = select(account.id).where(account.email_id == email_id, account.type == "mailbox").limit(1)
    identifier: int | None = tx.scalar(found)
    return identifier


def _with_password(tx: Read, account: Account, namespace: str) -> Account | None:
    stored = load_config(tx, namespace)
    username = stored.text("username")
    password = decrypt(stored.text("passwd"), tx.secret_salt, subkey(username, namespace))
    if not username or not password:
        return None
    return _with(account, username=username, password=password)


def _with_token(tx: Read, account: Account, namespace: str) -> Account | None:
    """An access token is used as long as it lives; renewing it is osTicket's."""
    stored = load_config(tx, namespace)
    owner = stored.text("resource_owner_email")
    token = decrypt(stored.text("access_token"), tx.secret_salt, subkey(owner, namespace))
    if not token or not _is_alive(stored.text("expires"), tx.now):
        return None
    return _with(account, username=owner, token=token)


def _is_alive(expires: str, now: datetime) -> bool:
    return not expires.isdecimal() or int(expires) > now.timestamp()


def _with(account: Account, *, username: str, password: str = "", token: str = "") -> Account:
    return Account(
        account.id,
        account.address,
        account.host,
        account.port,
        account.encryption,
        account.may_spoof,
        username,
        password,
        token,
    )
