"""Mail that leaves through a real SMTP server with TLS and login, while the server or the worker fails."""

import asyncio
import os
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from osticket_api.cli.worker import NICE
from osticket_api.db.tables.own_mail import api_outgoing_mail
from osticket_api.features.files.content import read_all
from osticket_api.kit.trust import Trust
from osticket_api.mail.accounts import Account
from osticket_api.mail.connections import Connections
from osticket_api.mail.delivery import MailWorker
from osticket_api.mail.smtp import Connection
from tests.fixtures import warm
from tests.fixtures.api import Api, Caller, settings_for_tests
from tests.fixtures.smtp import PASSWORD, USERNAME, MailServer, mail_server

LONG_AGO = "'2020-01-01 00:00:00.000000'"


def use(api: Api, server: MailServer, encryption: str = "plain", password: str = PASSWORD) -> Caller:
    """Let the default address send by this server, as its administrator."""
    api.database.secret_salt = "a salt that osTicket made"
    dora = api.staff("dora")
    given = {
        "host": "127.0.0.1",
        "port": server.port,
        "encryption": encryption,
        "username": USERNAME,
        "password": password,
    }
    account = dora.request("PUT", "/emails/1/accounts/smtp", json=given)
    assert account.status == 200, account.errors
    assert dora.patch("/settings", {"defaults": {"smtp_account_id": account.data["id"]}}).status == 200
    return dora


def reply(api: Api) -> None:
    assert api.staff("alice").post("/tickets/1/reply", {"body": "<p>Soon.</p>"}).status == 201


def work(api: Api) -> None:
    """One round of the worker."""
    mail_worker = MailWorker(api.database, settings_for_tests(mail="send"), read_all)
    api.client.portal.call(mail_worker.step)  # type: ignore[union-attr]


@pytest.mark.parametrize("encryption", ["starttls", "tls"])
def test_a_reply_leaves_encrypted_and_logged_in(api: Api, tmp_path: Path, encryption: str) -> None:
    with mail_server(tmp_path, encryption) as server:
        dora = use(api, server, encryption)
        reply(api)
        work(api)
        (mail,) = dora.get("/outgoing-mails?template=ticket.reply").data
        assert mail["state"] == "sent"
        assert server.logins == [(USERNAME.encode(), PASSWORD.encode())]
        assert all(server.was_encrypted)
        assert mail["message_id"] in server.message_ids


@pytest.mark.parametrize(
    ("says", "state", "outcome"),
    [
        ("451 later", "queued", "deferred"),
        ("cut", "queued", "deferred"),
        ("452 the disk is full", "queued", "deferred"),
        ("552 the mailbox is full", "failed", "refused"),
        ("550 never", "failed", "refused"),
    ],
)
def test_what_a_server_does_to_a_mail_is_told_and_another_try_has_its_message_id(
    api: Api, tmp_path: Path, says: str, state: str, outcome: str
) -> None:
    app = api.client.app
    app.state.settings = app.state.settings.model_copy(update={"mail": "send"})  # type: ignore[attr-defined]
    with mail_server(tmp_path) as server:
        dora = use(api, server)
        reply(api)
        server.says = [says] * 20
        work(api)
        (mail,) = dora.get("/outgoing-mails?template=ticket.reply").data
        assert (mail["state"], mail["attempts"]) == (state, 1)
        assert dora.get(f"/outgoing-mails/{mail['id']}").data["deliveries"][0]["outcome"] == outcome
        server.says = []
        assert dora.post(f"/outgoing-mails/{mail['id']}/retry").status == 200
        work(api)
        read = dora.get(f"/outgoing-mails/{mail['id']}").data
        assert [each["outcome"] for each in read["deliveries"]] == [outcome, "accepted"]
        assert (read["state"], server.message_ids.count(mail["message_id"])) == ("sent", 1)


def test_mail_waits_while_the_login_is_refused_and_leaves_once_it_is_put_right(api: Api, tmp_path: Path) -> None:
    app = api.client.app
    app.state.settings = app.state.settings.model_copy(update={"mail": "send"})  # type: ignore[attr-defined]
    with mail_server(tmp_path) as server:
        dora = use(api, server, password="wrong")
        reply(api)
        work(api)
        (mail,) = dora.get("/outgoing-mails?template=ticket.reply").data
        assert (mail["state"], server.taken) == ("queued", [])
        assert dora.request("PUT", "/emails/1/accounts/smtp", json={"password": PASSWORD}).status == 200
        dora.post(f"/outgoing-mails/{mail['id']}/retry")
        work(api)
        assert dora.get(f"/outgoing-mails/{mail['id']}").data["state"] == "sent"


def test_a_slow_server_is_given_up_for_the_default_one_and_holds_no_mail_of_other_addresses(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = Connection.__init__
    with silent_server() as slow_port, mail_server(tmp_path) as server:

        def impatient(connection: Connection, account: Account, *, trust: Trust) -> None:
            usual(connection, account, trust=trust, seconds=3 if account.port == slow_port else 60)

        monkeypatch.setattr(Connection, "__init__", impatient)
        dora = use(api, server)
        other = dora.post("/emails", {"email": "slow@acme.test", "name": "Slow"})
        assert other.status == 201, other.errors
        account = {"host": "127.0.0.1", "port": slow_port, "encryption": "plain", "username": "x", "password": "y"}
        assert dora.request("PUT", f"/emails/{other.data['id']}/accounts/smtp", json=account).status == 200
        reply(api)
        reply(api)
        mail_worker = MailWorker(api.database, settings_for_tests(mail="send"), read_all)
        api.client.portal.call(mail_worker.make)  # type: ignore[union-attr]
        first, second = dora.get("/outgoing-mails?template=ticket.reply&sort=id").data
        mail = api_outgoing_mail
        api.write(lambda tx: tx.change(update(mail).where(mail.c.id == first["id"]).values(email_id=other.data["id"])))
        work(api)
        slow, quick = (dora.get(f"/outgoing-mails/{each['id']}").data for each in (first, second))
        assert [each["outcome"] for each in quick["deliveries"]] == ["accepted"]
        assert [each["outcome"] for each in slow["deliveries"]] == ["deferred", "accepted"]
        assert "imed out" in slow["deliveries"][0]["answer"]
        order = server.message_ids
        assert order.index(quick["message_id"]) < order.index(slow["message_id"])


def test_no_other_worker_sends_what_a_slow_server_is_still_taking(api: Api, tmp_path: Path) -> None:
    """The server needs longer for the mails of a batch than the lease lasts."""
    lease = timedelta(seconds=5)
    with mail_server(tmp_path) as server:
        dora = use(api, server)
        reply(api)
        reply(api)
        server.pause = 4.0
        first, second = (
            MailWorker(api.database, settings_for_tests(mail="send"), read_all, lease=lease) for _ in range(2)
        )

        async def deliver() -> None:
            delivery = asyncio.create_task(first.step())
            while not delivery.done():
                await second.step()
                await asyncio.sleep(0.1)
            await delivery

        api.client.portal.call(deliver)  # type: ignore[union-attr]
        mails = dora.get("/outgoing-mails").data
        assert {(mail["state"], mail["attempts"]) for mail in mails} == {("sent", 1)}
        assert sorted(server.message_ids) == sorted(mail["message_id"] for mail in mails)


def test_a_worker_that_has_lost_its_lease_begins_with_no_other_mail(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("osticket_api.mail.leases._RENEWALS", 1e-9)  # The database is away, say.
    with mail_server(tmp_path) as server:
        dora = use(api, server)
        reply(api)
        reply(api)
        server.pause = 2.0
        lease = timedelta(seconds=1)
        mail_worker = MailWorker(api.database, settings_for_tests(mail="send"), read_all, lease=lease)

        async def deliver_once() -> None:
            await mail_worker.make()
            connections = Connections(Trust())
            await mail_worker.deliver(connections)
            await connections.close()

        api.client.portal.call(deliver_once)  # type: ignore[union-attr]
        assert len(server.taken) == 1
        assert [mail["state"] for mail in dora.get("/outgoing-mails?sort=id").data] == ["sent", "queued"]


@contextmanager
def silent_server() -> Iterator[int]:
    """The port of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


Count = Callable[[], int]


@contextmanager
def worker(directory: Path) -> Iterator[warm.Started]:
    """`osticket-api worker` in a process of its own."""
    environment = {**os.environ, "DATA_DIR": str(directory), "MAIL": "send", "LOG_LEVEL": "error"}
    with (directory / "log").open("ab") as log, warm.start(["worker"], environment, directory, log) as process:
        try:
            yield process
        finally:
            process.kill()


def ask(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path, timeout=10)) as connection:
        found = connection.execute(sql).fetchall()
        connection.commit()
        return found


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.1)


@pytest.mark.parametrize("times", [2])
def test_a_worker_that_is_killed_loses_nothing_and_sends_nothing_under_another_id(tmp_path: Path, times: int) -> None:
    environment = {**os.environ, "DATA_DIR": str(tmp_path), "ADMIN_PASSWORD": "s3cret!"}
    for command in (["database", "create", "--demo"], ["mail", "list"]):
        warm.run(command, environment, tmp_path).check_returncode()
    path, mails = tmp_path / "helpdesk.sqlite", 12
    with mail_server(tmp_path) as server:
        server.pause = 0.3
        ask(
            path,
            "INSERT INTO ost_email_account(email_id, type, auth_bk, active, host, port, created, updated)"
            f" VALUES (1, 'smtp', 'none', 1, '127.0.0.1', {server.port}, '2026-01-01', '2026-01-01')",
        )
        ask(
            path,
            "INSERT INTO ost_api_mail_occasion"
            "(kind, ticket_id, entry_id, staff_id, facts, attempts, due_at, created_at)"
            f" SELECT 'ticket.replied', h.object_id, min(e.id), 2, x'7b7d', 0, {LONG_AGO}, {LONG_AGO}"
            " FROM ost_thread_entry e JOIN ost_thread h ON h.id = e.thread_id"
            f" WHERE h.object_type = 'T' GROUP BY h.id LIMIT {mails}",
        )
        for _ in range(times):
            taken = len(server.taken)
            with worker(tmp_path) as process:
                until(lambda taken=taken: len(server.taken) > taken)  # type: ignore[misc]
                assert os.getpriority(os.PRIO_PROCESS, process.pid) >= NICE, "servers go first"
                process.kill()
                process.wait()
            ask(
                path,
                f"UPDATE ost_api_outgoing_mail SET leased_until = {LONG_AGO} WHERE leased_until IS NOT NULL",
            )
        server.pause = 0.0
        unsent = "SELECT 1 FROM ost_api_outgoing_mail WHERE state <> 'sent'"
        with worker(tmp_path):
            until(lambda: not ask(path, "SELECT 1 FROM ost_api_mail_occasion") and not ask(path, unsent))
        stored = {str(row[0]) for row in ask(path, "SELECT message_id FROM ost_api_outgoing_mail")}
        assert len(stored) >= mails
        assert set(server.message_ids) == stored
        assert len(server.message_ids) <= len(stored) + times
