"""Requests go first: mails are made and sent when nobody waits for anything, but are not kept back for ever."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select

from osticket_api.db import precedence
from osticket_api.db.precedence import Precedence
from osticket_api.db.tables.own_mail import api_outgoing_mail
from osticket_api.db.unit import Read
from osticket_api.features.files.api import read_all
from osticket_api.mail.delivery import MailWorker
from tests.fixtures.api import Api


def _mails(tx: Read) -> int:
    return int(tx.scalar(select(func.count()).select_from(api_outgoing_mail)))


def _beside_a_request(api: Api) -> tuple[int, int]:
    """How many mails there are while somebody waits for an answer, and after that."""
    app: Any = api.client.app
    database, mail_worker = api.database, MailWorker(api.database, app.state.settings, read_all)

    async def run() -> tuple[int, int]:
        with database.precedence.unit():
            task = asyncio.create_task(mail_worker.step())
            await asyncio.wait({task}, timeout=0.3)
            during = await database.read(_mails)
        await task
        return during, await database.read(_mails)

    found: tuple[int, int] = api.client.portal.call(run)  # type: ignore[union-attr]
    return found


def test_mails_wait_while_somebody_waits_for_an_answer(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precedence, "_LONGEST", 60)
    assert api.staff("alice").post("/tickets/26/reply", {"body": "Soon."}).status == 201
    assert _beside_a_request(api) == (0, 1)


def test_mails_do_not_wait_for_ever(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precedence, "_LONGEST", 0.01)
    assert api.staff("alice").post("/tickets/26/reply", {"body": "Soon."}).status == 201

    async def run() -> int:
        with api.database.precedence.unit():
            await MailWorker(api.database, api.client.app.state.settings, read_all).step()  # type: ignore[attr-defined]
            return await api.database.read(_mails)

    assert api.client.portal.call(run) == 1  # type: ignore[union-attr]


def test_what_is_done_in_the_background_keeps_nothing_back() -> None:
    async def run() -> list[str]:
        order, found = [], Precedence()

        async def work() -> None:
            with found.background(), found.unit():
                await found.give_way()
                order.append("background")

        with found.unit():
            task = asyncio.create_task(work())
            await asyncio.sleep(0)
            order.append("request")
        await task
        return order

    assert asyncio.run(run()) == ["request", "background"]
