"""Delivering mails: at least once each, always under the same Message-ID, however often it takes.

A worker leases mails, gives them to their servers, and leaves a receipt of each attempt. It renews the lease meanwhile;
one that dies leaves it to run out, and another takes over.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Any, Final
from uuid import uuid4

import structlog
from msgspec.structs import replace
from sqlalchemy import Row

from osticket_api.db.engine import Database
from osticket_api.db.failures import switched_read_only
from osticket_api.errors import SwitchedReadOnly, Unavailable
from osticket_api.kit.rounds import did, failed
from osticket_api.kit.trust import Trust
from osticket_api.mail import making
from osticket_api.mail.accounts import Account, can_send, routes
from osticket_api.mail.connections import Connections, Receipt, Transport
from osticket_api.mail.leases import LEASE, Holder
from osticket_api.mail.letters import from_stored
from osticket_api.mail.receipts import Recorder
from osticket_api.mail.sendmail import Sendmail
from osticket_api.mail.variables.records import ReadFiles
from osticket_api.settings import Settings

_BATCH: Final = 200
_LANES: Final = 4
"""How many connections a mailbox has to each of its servers at most: many servers take no more from one address."""
_MAILS_FOR_A_LANE: Final = 20
_TOGETHER: Final = 25
"""How many occasions one transaction makes mails about."""
_TOGETHER_ON_SQLITE: Final = 4
"""The same number on SQLite, where requests wait for the transaction."""
_SECONDS_BETWEEN_LOOKS: Final = 2.0
_NO_ACCOUNT: Final = "no account"

_log = structlog.get_logger("mail")


class MailWorker:
    """Makes and delivers the mails of one help desk, in one process."""

    def __init__(
        self, database: Database, settings: Settings, read_files: ReadFiles, *, lease: timedelta = LEASE
    ) -> None:
        self._database = database
        self._settings = settings
        self._read_files = read_files
        self._worker = uuid4().hex
        self._holder = Holder(database, self._worker, lease)
        self._has_account = False

    async def step(self) -> float:
        """Make and deliver what is due, after what others wait for. Returns after how many seconds to look again."""
        with self._database.precedence.background():
            await self._step()
        return _SECONDS_BETWEEN_LOOKS

    async def _step(self) -> None:
        await self.make()
        if await self._sends():
            connections = Connections(Trust(self._settings.mail_tls_verify, self._settings.mail_tls_ca))
            try:
                while await self.deliver(connections):
                    await self.make()
            finally:
                await connections.close()

    async def _sends(self) -> bool:
        """Whether mails are delivered. Where nobody said so, they are once any mailbox has an account to send by."""
        if self._settings.mail is not None or self._settings.mail_mode != "send":
            return self._settings.mail_mode == "send"
        if not self._has_account:
            self._has_account = await self._database.read(can_send, self._settings)
        return self._has_account

    async def make(self) -> None:
        """Write the mails about all that has happened, but for what another worker tells of just now."""
        state = making.QUEUED if await self._sends() else making.STORED
        make = partial(making.make_mails, read_files=self._read_files, state=state)
        together = _TOGETHER_ON_SQLITE if self._database.is_sqlite else _TOGETHER
        while occasions := await self._database.read(making.due_occasions, _BATCH):
            made = 0
            for start in range(0, len(occasions), together):
                await self._database.precedence.give_way()
                made += await self._make_some(make, occasions[start : start + together])
            if not made:
                return

    async def _make_some(self, make: Callable[..., Sequence[str | None]], occasion_ids: Sequence[int]) -> int:
        """Make the mails of a few occasions in one transaction, or of each by itself where one of them cannot be.

        Returns how many occasions are done with, or put off.
        """
        try:
            request_ids = await self._database.write(make, occasion_ids)
            did("mail_occasions", len(request_ids), for_requests=request_ids)
            return len(request_ids)
        except SwitchedReadOnly:
            raise
        except Exception as error:
            if len(occasion_ids) > 1:
                return sum([await self._make_some(make, [occasion_id]) for occasion_id in occasion_ids])
            failed(error)
            _log.exception("mail_not_made", occasion=occasion_ids[0])
            await self._database.write(making.put_off, occasion_ids[0], f"{type(error).__name__}: {error}")
            return 1

    async def deliver(self, connections: Connections) -> int:
        """Deliver one batch of what is due. Returns how many mails that were."""
        mails = await self._holder.take(_BATCH)
        if not mails:
            return 0
        by_sender = groupby(sorted(mails, key=attrgetter("email_id", "id")), key=attrgetter("email_id"))
        left = {email_id: deque(group) for email_id, group in by_sender}
        recorder = Recorder(self._database, self._worker)
        try:
            async with self._holder.renewing(), asyncio.TaskGroup() as tasks:
                for email_id, group in left.items():
                    tasks.create_task(self._deliver_from(email_id, group, connections, recorder))
        finally:
            await recorder.finish()
        if any(left.values()):
            await self._holder.give_back()
            if await self._database.is_switched_read_only():
                raise switched_read_only()
        return len(mails)

    async def _deliver_from(
        self, email_id: int, mails: deque[Row[Any]], connections: Connections, recorder: Recorder
    ) -> None:
        """Deliver the mails of one mailbox, over several connections to each of its accounts where they are many."""
        accounts = await self._database.read(routes, email_id)
        lanes = min(_LANES, 1 + len(mails) // _MAILS_FOR_A_LANE)
        async with asyncio.TaskGroup() as tasks:
            for lane in range(lanes):
                tasks.create_task(self._deliver_some(mails, accounts, connections, recorder, is_first=not lane))

    async def _deliver_some(
        self,
        mails: deque[Row[Any]],
        accounts: Sequence[Account],
        connections: Connections,
        recorder: Recorder,
        *,
        is_first: bool,
    ) -> None:
        """Deliver mails of a queue one after the other. A server that takes no further connection ends this early."""
        transports = [connections.take(account) for account in accounts]
        local = [Sendmail(self._settings.mail_sendmail)] if self._settings.mail_sendmail else []
        try:
            while mails and self._holder.holds and not await self._database.is_switched_read_only():
                if not is_first and not (transports and await transports[0].is_reachable()):
                    return
                await self._database.precedence.give_way()
                if mails:
                    mail = mails.popleft()
                    recorder.add(mail.id, await self._attempt(mail, [*transports, *local]))
        finally:
            for transport in transports:
                connections.give_back(transport)

    async def _attempt(self, mail: Row[Any], transports: Sequence[Transport | Sendmail]) -> Sequence[Receipt]:
        """Give one mail to the first account that takes it. It waits for a place of files that does not answer."""
        letter = from_stored(self._database.vault, mail.content)
        file_ids = [file.file_id for file in letter.files]
        try:
            contents = await self._database.read(self._read_files, file_ids, needs_places=True) if file_ids else {}
        except Unavailable as error:
            if error.faults[0].code != "storage_away":
                raise
            return [Receipt(_NO_ACCOUNT, "deferred", str(error))]
        lost_files = [file.name for file in letter.files if file.file_id not in contents]
        recipients = mail.waiting.split(" ") if mail.waiting else letter.recipients
        receipts: list[Receipt] = []
        for transport in transports:
            receipt = await transport.send_letter(letter, contents, recipients, mail.created_at)
            receipts.append(replace(receipt, lost_files=lost_files))
            if receipt.outcome == "accepted":
                break
        what = f"mails_{receipts[-1].outcome}" if receipts else "mails_without_account"
        did(what, for_requests=[mail.request_id])
        return receipts or [Receipt(_NO_ACCOUNT, "deferred", "No SMTP account of this mailbox can be used.")]
