"""Writing down what came of attempts to deliver mails, a few at a time."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Row, select, update

from osticket_api.db.engine import Database
from osticket_api.db.tables.own_mail import api_mail_attempt, api_outgoing_mail
from osticket_api.db.unit import Write
from osticket_api.events.system_log import log
from osticket_api.mail import making
from osticket_api.mail.connections import Receipt

_TOGETHER: Final = 25
_SECONDS_AT_MOST: Final = 0.2
"""How long a receipt waits for others. A process that dies meanwhile sends those mails again, under their own ids."""
_LONGEST_PAUSE: Final = timedelta(hours=4)
_GIVES_UP_AFTER: Final = timedelta(days=3)

Outcome = tuple[int, Sequence[Receipt]]
"""The id of a mail, and what came of an attempt by each of its accounts."""


class Recorder:
    """Takes what came of attempts and writes it, while further mails are on their way."""

    def __init__(self, database: Database, worker: str) -> None:
        self._database = database
        self._worker = worker
        self._outcomes: list[Outcome] = []
        self._is_full = asyncio.Event()
        self._is_done = False
        self._task = asyncio.create_task(self._run(), name="mail receipts")

    def add(self, mail_id: int, receipts: Sequence[Receipt]) -> None:
        self._outcomes.append((mail_id, receipts))
        if len(self._outcomes) >= _TOGETHER:
            self._is_full.set()

    async def finish(self) -> None:
        """Write what is left. Raises: what writing raised."""
        self._is_done = True
        self._is_full.set()
        await self._task

    async def _run(self) -> None:
        while not self._is_done or self._outcomes:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._is_full.wait(), _SECONDS_AT_MOST)
            self._is_full.clear()
            outcomes, self._outcomes = self._outcomes, []
            if outcomes:
                await self._database.record(_record, self._worker, outcomes)


def _record(tx: Write, worker: str, outcomes: Sequence[Outcome]) -> None:
    """Keep what came of the attempts, and say what becomes of each mail."""
    mail, found = api_outgoing_mail.c, dict(outcomes)
    columns = (mail.id, mail.attempts, mail.created_at, mail.waiting, mail.recipients, mail.subject)
    leased = select(*columns).where(mail.id.in_(list(found)), mail.worker == worker)
    rows = tx.locked_rows(leased.order_by(mail.id))
    tx.insert_many(api_mail_attempt, [_attempt(tx, row.id, each) for row in rows for each in found[row.id]])
    released = update(api_outgoing_mail).values(worker=None, leased_until=None, attempts=mail.attempts + 1)
    sent = [row.id for row in rows if _is_done_with(found[row.id])]
    if sent:
        done = released.values(state="sent", done_at=tx.now, due_at=None, waiting=None)
        tx.change(done.where(mail.id.in_(sent)))
    for row in rows:
        if row.id in sent:
            _tell_log_of_lost_files(tx, row, found[row.id][-1].lost_files)
        else:
            becomes = _becomes(tx, row, found[row.id])
            tx.change(released.values(**becomes).where(mail.id == row.id))
            if becomes["state"] == "failed":
                _tell_log(tx, row, found[row.id])


def _attempt(tx: Write, mail_id: int, receipt: Receipt) -> dict[str, Any]:
    refused = "".join(f"\n{address}: {why}" for address, why in receipt.refused.items())
    lost = "".join(f"\nwithout {name}: its content is gone" for name in receipt.lost_files)
    return {
        "mail_id": mail_id,
        "at": tx.now,
        "through": receipt.through[:255],
        "outcome": receipt.outcome,
        "answer": (receipt.answer + refused + lost)[:4000],
    }


def _is_done_with(receipts: Sequence[Receipt]) -> bool:
    """Whether all recipients have got the mail."""
    last = receipts[-1]
    return last.outcome == "accepted" and not last.waiting


def _becomes(tx: Write, row: Row[Any], receipts: Sequence[Receipt]) -> dict[str, Any]:
    """The state of a mail that not everybody has got."""
    is_refused = all(receipt.outcome == "refused" for receipt in receipts)
    if is_refused or tx.now >= row.created_at + _GIVES_UP_AFTER:
        return {"state": "failed", "done_at": tx.now, "due_at": None}
    pause = min(timedelta(minutes=2**row.attempts), _LONGEST_PAUSE)
    last = receipts[-1]
    waiting = " ".join(last.waiting) if last.waiting else row.waiting
    return {"state": making.QUEUED, "due_at": tx.now + pause, "waiting": waiting}


def _tell_log_of_lost_files(tx: Write, row: Row[Any], names: Sequence[str]) -> None:
    """A mail goes without files that cannot be read. Source: mail.md 4.4"""
    for name in names:
        log(tx, "Warning", "Mailer Warning", f"{name} is missing in a mail to {row.recipients}: {row.subject}")


def _tell_log(tx: Write, row: Row[Any], receipts: Sequence[Receipt]) -> None:
    """Write the failure to osTicket's system log, where administrators look for mails that did not leave.

    Source: mail.md 9
    """
    for receipt in receipts:
        text = f"Unable to email via SMTP: {receipt.through}: {receipt.answer} (to {row.recipients}: {row.subject})"
        log(tx, "Error", "Mailer Error", text)
