"""The webhook worker: queues new events of the feed and delivers them. Each receiver has its own
task, so that none waits for another.

Several workers may run. When one dies, its claims expire, and another worker delivers its events again under the same
`webhook-id`.
"""

import asyncio
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import structlog
from sqlalchemy import Row

from osticket_api.db.engine import Database
from osticket_api.db.unit import Write
from osticket_api.errors import SwitchedReadOnly
from osticket_api.kit.rounds import did, failed, round_of
from osticket_api.settings import Settings
from osticket_api.webhooks import queue
from osticket_api.webhooks.answers import Answer
from osticket_api.webhooks.fan_out import behind, fan_out
from osticket_api.webhooks.signing import signed_headers

if TYPE_CHECKING:
    from osticket_api.webhooks.sending import Sender

JOB: Final = "webhooks"
_SECONDS_BETWEEN_LOOKS: Final = 0.5

_log = structlog.get_logger("webhooks")


class WebhookWorker:
    """Delivers for one help desk, in one process. `wake` is called when a receiver is free again."""

    def __init__(self, database: Database, settings: Settings, wake: Callable[[], None]) -> None:
        self._database = database
        self._osticket_url = settings.osticket_url
        self._allowed = settings.webhook_allowed_networks
        self._worker = uuid4().hex
        self._wake = wake
        self._busy: dict[int, asyncio.Task[None]] = {}

    @cached_property
    def _sender(self) -> "Sender":
        from osticket_api.webhooks.sending import Sender

        return Sender(self._allowed)

    async def step(self) -> float:
        """Queue new events and deliver what is due. Returns the seconds until the next step."""
        for webhook_id in await self._database.read(behind):
            await self._queue(webhook_id)
        for webhook_id in await self._database.read(queue.receivers_due):
            if webhook_id not in self._busy:
                self._busy[webhook_id] = asyncio.create_task(self._serve(webhook_id), name=f"webhook {webhook_id}")
        return _SECONDS_BETWEEN_LOOKS

    async def finished(self) -> None:
        """Wait until all deliveries have ended."""
        while self._busy:
            await asyncio.wait(self._busy.values())

    async def stop(self) -> None:
        """Cancel all deliveries and release their claims: another worker delivers them again."""
        tasks = list(self._busy.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._database.record(queue.give_back, self._worker)

    async def _queue(self, webhook_id: int) -> None:
        """Queue all that one webhook is to be told. One that cannot be told does not keep the others waiting."""
        try:
            while await self._database.write(fan_out, webhook_id, self._osticket_url):
                pass
        except SwitchedReadOnly:
            raise
        except Exception as error:
            failed(error)
            _log.exception("webhook_not_queued", webhook=webhook_id)

    async def _serve(self, webhook_id: int) -> None:
        """Deliver what is due for one receiver, until nothing is."""
        with round_of(JOB):
            await self._deliver(webhook_id)
        self._wake()

    async def _deliver(self, webhook_id: int) -> None:
        try:
            while claimed := await self._database.write(_claimed, webhook_id, self._worker):
                answers = await asyncio.gather(*(self._sent(*each) for each in claimed))
                await self._database.record(queue.record_all, self._worker, answers)
                taken = sum(answer.is_success for _, answer in answers)
                did("deliveries_taken", taken)
                did("deliveries_refused", len(answers) - taken)
        except SwitchedReadOnly:
            pass  # Deliveries that are due stay due.
        except Exception as error:
            failed(error)
            _log.exception("webhook_not_delivered", webhook=webhook_id)
        finally:
            self._busy.pop(webhook_id, None)

    async def _sent(self, row: Row[Any], keys: list[str], seconds: int) -> tuple[int, Answer]:
        headers = {"content-type": "application/json", **signed_headers(keys, row.message_id, seconds, row.body)}
        return row.id, await self._sender.send(row.url, headers, row.body)


def _claimed(tx: Write, webhook_id: int, worker: str) -> list[tuple[Row[Any], list[str], int]]:
    """The deliveries to send, each with the secrets that sign it and the time of the signature."""
    seconds = int(tx.now.timestamp())
    return [(row, queue.secrets_of(tx, row), seconds) for row in queue.claim(tx, webhook_id, worker)]
