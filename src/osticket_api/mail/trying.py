"""Trying each way out of a mailbox: its account (connect, log in, send one mail), and the sendmail of this machine."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, make_msgid
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.engine import Database
from osticket_api.db.failures import switched_read_only
from osticket_api.db.unit import Read
from osticket_api.errors import NotAvailable, NotFound
from osticket_api.kit.trust import Trust
from osticket_api.mail.accounts import Account, routes
from osticket_api.mail.sendmail import Sendmail
from osticket_api.mail.smtp import Connection, Refused
from osticket_api.settings import Settings

_SECONDS: Final = 15.0


class Step(msgspec.Struct, frozen=True):
    """One step of a trial, and what the server said to it."""

    name: Literal["account", "connect and log in", "send", "sendmail"]
    ok: bool
    answer: str


class Trial(msgspec.Struct, frozen=True):
    """The result of trying an account."""

    ok: bool
    account: str | None
    """The account that was tried; null: this address has none that can be used."""
    steps: list[Step]


async def send_test_mail(database: Database, settings: Settings, email_id: int | None, to: str) -> Trial:
    """Send one mail each way from an address of the help desk, its default one without an id, whatever `MAIL` says.

    The ways are the account that the address sends by, and the local sendmail where one is set up.

    Raises: NotFound for an address that is not there; NotAvailable, SwitchedReadOnly where nothing may leave.
    """
    await _require_sending(database)
    sender, accounts, moment = await database.read(_read, email_id)
    trust, account = Trust(settings.mail_tls_verify, settings.mail_tls_ca), next(iter(accounts), None)
    steps = await _try(account, sender, to, moment, trust) if account is not None else []
    if settings.mail_sendmail:
        steps.append(await _hand_over(settings.mail_sendmail, sender, to, moment))
    if not steps:
        why = "This address has no SMTP account that can be used, and there is no default one."
        steps.append(Step("account", False, why))
    return Trial(all(step.ok for step in steps), account.name if account is not None else None, steps)


async def _require_sending(database: Database) -> None:
    if database.read_only:
        raise NotAvailable.because("This server is attached read-only and sends no mail.", code="read_only")
    if await database.is_switched_read_only():
        raise switched_read_only()


async def _hand_over(command: str, sender: Any, to: str, moment: datetime) -> Step:
    receipt = await Sendmail(command).hand_over(sender.email, [to], _content(sender, to, moment))
    return Step("sendmail", receipt.outcome == "accepted", f"{receipt.through}: {receipt.answer}")


def _read(tx: Read, email_id: int | None) -> tuple[Any, list[Account], datetime]:
    wanted = email_id or load_config(tx).number("default_email_id") or 0
    sender = tx.row(select(t.email).where(t.email.c.email_id == wanted))
    if sender is None:
        raise NotFound.because(f"There is no system address {wanted}.")
    return sender, routes(tx, wanted), tx.now


async def _try(account: Account, sender: Any, to: str, moment: datetime, trust: Trust) -> list[Step]:
    connection = Connection(account, trust=trust, seconds=_SECONDS)
    try:
        try:
            await connection.open()
        except (Refused, OSError, TimeoutError) as error:
            return [Step("connect and log in", False, _explain(error))]
        return [Step("connect and log in", True, account.name), await _send(connection, account, sender, to, moment)]
    finally:
        await connection.close()


async def _send(connection: Connection, account: Account, sender: Any, to: str, moment: datetime) -> Step:
    envelope = sender.email if account.may_spoof else account.address
    try:
        taken = await connection.send(envelope, [to], _content(sender, to, moment))
    except (Refused, OSError, TimeoutError) as error:
        return Step("send", False, _explain(error))
    return Step("send", True, taken.answer)


def _explain(error: Exception) -> str:
    return str(error) or type(error).__name__


def _content(sender: Any, to: str, moment: datetime) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["Date"] = format_datetime(moment)
    message["Message-ID"] = make_msgid(domain=sender.email.rpartition("@")[2])
    message["From"] = formataddr((sender.name, sender.email))
    message["To"] = to
    message["Subject"] = "Test of outgoing mail"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("This mail shows that the help desk can send mail from this address.\n")
    return message.as_bytes()
