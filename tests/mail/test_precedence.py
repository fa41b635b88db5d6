"""Requests go first: mails are made and sent when nobody waits for anything, but are not kept back for ever."""

import asyncio
import time
from typing import Any

import pymysql
import pytest
from sqlalchemy import func, select

from osticket_api.db import precedence
from osticket_api.db.precedence import Precedence
from osticket_api.db.tables.own_mail import api_mail_occasion, api_outgoing_mail
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


@pytest.mark.parametrize("demo", ["mariadb"], indirect=True)
def test_a_worker_passes_over_what_another_is_at(api: Api) -> None:
    for text in ("Soon.", "Sooner."):
        assert api.staff("alice").post("/tickets/26/reply", {"body": text}).status == 201
    held, free = _occasions(api)
    url = api.database.url
    other = pymysql.connect(unix_socket=str(url.query["unix_socket"]), user="root", database=url.database)
    with other, other.cursor() as cursor:
        cursor.execute("SELECT * FROM ost_api_mail_occasion WHERE id = %s FOR UPDATE", (held,))
        started = time.monotonic()
        _make_mails(api)
        assert time.monotonic() - started < 5  # A lock is waited for ten seconds.
        assert (_occasions(api), free != held) == ([held], True)
    _make_mails(api)
    assert _occasions(api) == []


def _occasions(api: Api) -> list[int]:
    return [row.id for row in api.rows(select(api_mail_occasion.c.id).order_by(api_mail_occasion.c.id))]


def _make_mails(api: Api) -> None:
    worker = MailWorker(api.database, api.client.app.state.settings, read_all)  # type: ignore[attr-defined]
    api.client.portal.call(worker.make)  # type: ignore[union-attr]
