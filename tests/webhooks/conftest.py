"""A help desk that tells receivers on this machine, step by step."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from osticket_api.db.tables.own_mail import api_mail_occasion
from osticket_api.kit.clock import system_clock
from osticket_api.webhooks.worker import WebhookWorker
from tests.events.listening import Listening
from tests.fixtures.api import Api, Caller, running_api
from tests.fixtures.templates import Template
from tests.webhooks.receiving import Receiver, receiving

TICKET = 26


class Telling:
    """A help desk whose clock, tailer and worker go on when the test says so."""

    def __init__(self, api: Api, clock: "MovedClock") -> None:
        self.api = api
        self.clock = clock
        self.heard = Listening(api)
        self.settings: Any = api.client.app.state.settings  # type: ignore[attr-defined]
        self.worker = self.new_worker()

    def new_worker(self) -> WebhookWorker:
        return WebhookWorker(self.api.database, self.settings, lambda: None)

    @property
    def dora(self) -> Caller:
        return self.api.staff("dora")

    def add(self, url: str, **more: Any) -> Any:
        answer = self.dora.post("/webhooks", {"url": url, **more})
        assert answer.status == 201, answer.errors
        return answer.data

    def note(self, ticket: int = TICKET, agent: str = "alice") -> None:
        answer = self.api.staff(agent).post(f"/tickets/{ticket}/note", {"body": "<p>x</p>"})
        assert answer.status == 201, answer.errors

    def hear(self) -> None:
        self.heard.settle()

    def deliver(self, worker: WebhookWorker | None = None) -> None:
        """Let a worker do all it can do now."""
        self.deliver_with(worker or self.worker)

    def deliver_with(self, *workers: WebhookWorker) -> None:
        """Let several workers do all they can do now, at the same time."""
        self._call(_delivered, workers)

    def mails(self) -> list[Any]:
        """The mails to administrators that wait to be written."""
        return [json.loads(row.facts) for row in self.api.rows(select(api_mail_occasion))]

    def tell(self) -> None:
        self.hear()
        self.deliver()

    def deliveries(self, webhook: Any) -> list[Any]:
        found = self.dora.get(f"/webhooks/{webhook['id']}/deliveries?sort=id&per_page=100")
        assert found.status == 200, found.errors
        return list(found.data)

    def webhook(self, webhook: Any) -> Any:
        return self.dora.get(f"/webhooks/{webhook['id']}").data

    def _call(self, function: Any, *args: Any) -> Any:
        return self.api.client.portal.call(function, *args)  # type: ignore[union-attr]


async def _delivered(workers: Sequence[WebhookWorker]) -> None:
    await asyncio.gather(*(worker.step() for worker in workers))
    await asyncio.gather(*(worker.finished() for worker in workers))


class MovedClock:
    """The clock of the machine, moved on by a test."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return system_clock() + self.ahead

    def pass_by(self, **span: float) -> None:
        self.ahead += timedelta(**span)


@pytest.fixture
def telling(demo: Template, tmp_path: Path) -> Iterator[Telling]:
    clock = MovedClock()
    settings: dict[str, Any] = {"webhook_allowed_networks": "127.0.0.1", "osticket_url": "https://desk.example.com"}
    with running_api(demo.copy(), tmp_path, clock=clock, **settings) as api:
        yield Telling(api, clock)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running
