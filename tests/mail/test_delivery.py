"""Mails on their way to a real SMTP server: accepted, put off, refused, cut off."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.tables.own_mail import api_mail_attempt, api_mail_occasion, api_outgoing_mail
from osticket_api.features.files.content import read_all
from osticket_api.mail.delivery import MailWorker
from osticket_api.mail.retention import clear_old
from osticket_api.mail.secrets import account_namespace, encrypt, subkey
from tests.fixtures.api import settings_for_tests
from tests.mail.recorded import IS_HERE, MISSING, SALT
from tests.mail.stage import MailStage

pytestmark = [pytest.mark.skipif(not IS_HERE, reason=MISSING), pytest.mark.xdist_group("mails")]

NOW = datetime(2024, 3, 6, 15, tzinfo=UTC)
ACCOUNT, PASSWORD = 1, "s3cret P@ss"


class Mailbox:
    """A mail server that keeps what it takes, and says what it is told to say first."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.says: list[str] = []
        self.refuses: dict[str, str] = {}
        self.cuts = False

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.cuts:
            server.transport.abort()  # type: ignore[union-attr]
            await asyncio.sleep(0.1)
        if self.says:
            return self.says.pop(0)
        self.taken.append(envelope)
        return "250 taken"


def knows(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    is_right = isinstance(data, LoginPassword) and data.password == PASSWORD.encode()
    return AuthResult(success=is_right, handled=False)


@pytest.fixture
def server() -> Iterator[Controller]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(
        Mailbox(), hostname="127.0.0.1", port=port, authenticator=knows, auth_require_tls=False, ready_timeout=10
    )
    controller.start()
    yield controller
    controller.stop()


def account(server: Controller, password: str = PASSWORD) -> list[str]:
    """The SQL of an account of mailbox 1 at this server."""
    space = account_namespace(1, ACCOUNT)
    sealed = encrypt(password, SALT, subkey("support@acme.test", space))
    return [
        "INSERT INTO ost_email_account(id,email_id,type,auth_bk,active,host,port,protocol,encryption,fetchfreq,"
        "fetchmax,postfetch,num_errors,created,updated) VALUES"
        f"({ACCOUNT},1,'smtp','basic',1,'127.0.0.1',{server.port},'SMTP','NONE',5,30,'nothing',0,NOW(),NOW())",
        f"INSERT INTO ost_config(namespace,`key`,value,updated) VALUES('{space}','username','support@acme.test',NOW())",
        f"INSERT INTO ost_config(namespace,`key`,value,updated) VALUES('{space}','passwd','{sealed}',NOW())",
    ]


def deliver(stage: MailStage) -> None:
    mail_worker = MailWorker(stage.api.database, settings_for_tests(mail="send"), read_all)
    stage.api.client.portal.call(mail_worker.step)  # type: ignore[union-attr]


def reply(stage: MailStage, **more: Any) -> None:
    assert stage.api.staff("bob").post("/tickets/1/reply", {"body": "<p>Soon.</p>", **more}).status == 201


def mail(stage: MailStage) -> Any:
    (found,) = stage.api.rows(select(api_outgoing_mail))
    return found


def outcomes(stage: MailStage) -> list[str]:
    return [row.outcome for row in stage.api.rows(select(api_mail_attempt).order_by(api_mail_attempt.c.id))]


@pytest.fixture
def receipts(stage: MailStage) -> Iterator[None]:
    yield
    stage.clear("api_mail_attempt")


Set = Callable[[Mailbox], None]


@pytest.mark.usefixtures("receipts")
def test_delivers_a_reply_through_the_account_of_its_mailbox(stage: MailStage, server: Controller) -> None:
    with stage.set_up(account(server), NOW):
        reply(stage)
        deliver(stage)
        (taken,) = server.handler.taken
        assert (taken.mail_from, taken.rcpt_tos) == ("support@acme.test", ["uma@acme-corp.test"])
        assert (mail(stage).state, outcomes(stage)) == ("sent", ["accepted"])
        assert mail(stage).message_id.encode() in taken.content
        deliver(stage)
        assert len(server.handler.taken) == 1


@pytest.mark.usefixtures("receipts")
def test_tries_again_under_the_same_message_id_what_the_server_puts_off(stage: MailStage, server: Controller) -> None:
    server.handler.says = ["451 later"]
    with stage.set_up(account(server), NOW):
        reply(stage)
        deliver(stage)
        first = mail(stage)
        assert (first.state, first.attempts, outcomes(stage)) == ("queued", 1, ["deferred"])
        deliver(stage)
        assert server.handler.taken == []
        stage.clock.now = NOW + timedelta(minutes=2)
        deliver(stage)
        assert (mail(stage).state, mail(stage).message_id) == ("sent", first.message_id)


@pytest.mark.usefixtures("receipts")
def test_gives_up_what_the_server_refuses_and_tells_the_system_log(stage: MailStage, server: Controller) -> None:
    server.handler.says = ["554 no"]
    with stage.set_up(account(server), NOW):
        reply(stage)
        deliver(stage)
        assert (mail(stage).state, outcomes(stage)) == ("failed", ["refused"])
        logged = stage.api.rows(select(t.syslog.c.title, t.syslog.c.log))
        assert any(row.title == "Mailer Error" and "554 no" in row.log for row in logged)


@pytest.mark.usefixtures("receipts")
def test_keeps_what_was_cut_off_after_the_data(stage: MailStage, server: Controller) -> None:
    server.handler.cuts = True
    with stage.set_up(account(server), NOW):
        reply(stage)
        deliver(stage)
        assert (mail(stage).state, outcomes(stage)) == ("queued", ["deferred"])


@pytest.mark.usefixtures("receipts")
def test_waits_while_the_login_is_refused(stage: MailStage, server: Controller) -> None:
    with stage.set_up(account(server, "wrong"), NOW):
        reply(stage)
        deliver(stage)
        assert (mail(stage).state, outcomes(stage)) == ("queued", ["deferred"])


@pytest.mark.usefixtures("receipts")
def test_a_refused_recipient_does_not_keep_the_others_from_getting_it(stage: MailStage, server: Controller) -> None:
    server.handler.refuses = {"vic@acme-corp.test": "450 full"}
    with stage.set_up(account(server), NOW):
        reply(stage, collaborators=[12])
        deliver(stage)
        assert (mail(stage).state, mail(stage).waiting) == ("queued", "vic@acme-corp.test")
        server.handler.refuses = {}
        stage.clock.now = NOW + timedelta(minutes=2)
        deliver(stage)
        assert [taken.rcpt_tos for taken in server.handler.taken] == [["uma@acme-corp.test"], ["vic@acme-corp.test"]]
        assert mail(stage).state == "sent"


def test_stores_mails_where_nobody_said_to_send_and_no_account_can_be_used(stage: MailStage) -> None:
    attached = settings_for_tests(db_connection="mysql", db_database="x", db_username="x", secret_salt=SALT)
    mail_worker = MailWorker(stage.api.database, attached, read_all)
    with stage.set_up([], NOW):
        reply(stage)
        stage.api.client.portal.call(mail_worker.step)  # type: ignore[union-attr]
        assert mail(stage).state == "stored"


@pytest.mark.usefixtures("receipts")
def test_sends_where_nobody_said_so_and_an_account_can_be_used(stage: MailStage, server: Controller) -> None:
    attached = settings_for_tests(db_connection="mysql", db_database="x", db_username="x", secret_salt=SALT)
    mail_worker = MailWorker(stage.api.database, attached, read_all)
    with stage.set_up(account(server), NOW):
        reply(stage)
        stage.api.client.portal.call(mail_worker.step)  # type: ignore[union-attr]
        assert mail(stage).state == "sent"


def test_an_occasion_that_cannot_be_told_keeps_no_other_from_being_told(stage: MailStage) -> None:
    with stage.set_up([], NOW):
        reply(stage)
        stage.api.write(
            lambda tx: tx.insert(api_mail_occasion, kind="unknown", facts=b"{}", due_at=NOW, created_at=NOW)
        )
        reply(stage)
        assert len(stage.made()) == 2
        (left,) = stage.api.rows(select(api_mail_occasion))
        assert (left.kind, left.attempts) == ("unknown", 1)


def test_forgets_mails_long_after_they_were_done_with(stage: MailStage) -> None:
    with stage.set_up([], NOW):
        reply(stage)
        assert len(stage.made()) == 1
        stage.clock.now = NOW + timedelta(days=91)
        assert stage.api.write(clear_old, 90) == 1
        assert stage.api.rows(select(api_outgoing_mail)) == []


def test_a_mailbox_without_an_account_waits(stage: MailStage) -> None:
    with stage.set_up([], NOW):
        reply(stage)
        deliver(stage)
        assert mail(stage).state == "queued"
        stage.clear("api_mail_attempt")


def test_leaves_nothing_behind_for_a_dry_run_and_tells_who_would_be_mailed(stage: MailStage) -> None:
    with stage.set_up([], NOW):
        effects = stage.api.staff("bob").post("/tickets/1/reply?dry_run=true", {"body": "<p>Soon.</p>"}).data["effects"]
        (told,) = [effect for effect in effects if effect["kind"] == "mail"]
        assert (told["template"], told["to"], told["cc"]) == ("ticket.reply", ["uma@acme-corp.test"], [])
        assert stage.made() == []


def test_leaves_nothing_behind_for_a_change_that_is_refused(stage: MailStage) -> None:
    with stage.set_up([], NOW):
        refused = stage.api.staff("bob").post(
            "/tickets/1/reply", {"body": "<p>Soon.</p>", "attachments": [{"file_id": 9}]}
        )
        assert refused.status == 422
        assert stage.made() == []
