"""Leases on mails: a worker leases a batch, and holds the lease for as long as it delivers the mails.

However slow a mail server is, no other worker sends those mails meanwhile. The lease of a worker that died runs out.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any, Final

import structlog
from sqlalchemy import Row, or_, select, update

from osticket_api.db.engine import Database
from osticket_api.db.tables.own_mail import api_outgoing_mail
from osticket_api.db.unit import Write
from osticket_api.mail import making

LEASE: Final = timedelta(minutes=5)
_RENEWALS: Final = 3
"""How often a lease is renewed before it would end: one renewal may fail while the database is away."""

_mail: Final = api_outgoing_mail.c
_log = structlog.get_logger("mail")


class Holder:
    """A worker and the mails that it has leased."""

    def __init__(self, database: Database, worker: str, length: timedelta) -> None:
        self._database = database
        self._worker = worker
        self._length = length
        self._until = 0.0

    async def take(self, most: int) -> Sequence[Row[Any]]:
        """Mails that are due and that nobody else is at."""
        began = time.monotonic()
        mails = await self._database.write(_take, self._worker, self._length, most)
        self._until = began + self._length.total_seconds()
        return mails

    @property
    def holds(self) -> bool:
        """Whether the mails are still this worker's. It begins with no other once they may be somebody else's."""
        return time.monotonic() < self._until

    async def give_back(self) -> None:
        """Give up the lease on mails that were not tried."""
        await self._database.record(_give_back, self._worker)

    @asynccontextmanager
    async def renewing(self) -> AsyncIterator[None]:
        """Keep the mails that are not delivered yet for the length of a block."""
        task = asyncio.create_task(self._renew_on_and_on(), name="mail leases")
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _renew_on_and_on(self) -> None:
        while True:
            await asyncio.sleep(self._length.total_seconds() / _RENEWALS)
            began = time.monotonic()
            try:
                await self._database.record(_renew, self._worker, self._length)
            except Exception:
                _log.exception("mail_lease_not_renewed")
            else:
                self._until = began + self._length.total_seconds()


def _take(tx: Write, worker: str, length: timedelta, most: int) -> Sequence[Row[Any]]:
    is_free = or_(_mail.leased_until == None, _mail.leased_until < tx.now)  # noqa: E711
    due = select(_mail.id).where(_mail.state == making.QUEUED, _mail.due_at <= tx.now, is_free)
    ids = list(tx.scalars(due.order_by(_mail.due_at, _mail.id).limit(most)))
    if not ids:
        return []
    taken = update(api_outgoing_mail).where(_mail.id.in_(ids), _mail.state == making.QUEUED, is_free)
    tx.change(taken.values(worker=worker, leased_until=tx.now + length))
    return tx.rows(select(api_outgoing_mail).where(_mail.id.in_(ids), _mail.worker == worker).order_by(_mail.id))


def _renew(tx: Write, worker: str, length: timedelta) -> None:
    held = update(api_outgoing_mail).where(_mail.state == making.QUEUED, _mail.worker == worker)
    tx.change(held.values(leased_until=tx.now + length))


def _give_back(tx: Write, worker: str) -> None:
    held = update(api_outgoing_mail).where(_mail.worker == worker)
    tx.change(held.values(worker=None, leased_until=None))
