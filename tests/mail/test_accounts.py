"""By which account a mailbox sends, how that is read from osTicket's rows, and as whom. Source: mail.md 6"""

from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from osticket_api.mail.accounts import Account, routes
from osticket_api.mail.secrets import account_namespace, encrypt, subkey
from tests.mail.doing import NOW, setting
from tests.mail.recorded import IS_HERE, MISSING, SALT
from tests.mail.stage import MailStage
from tests.mail.test_delivery import Mailbox, account, deliver, mail, outcomes, receipts, reply, server

pytestmark = [pytest.mark.skipif(not IS_HERE, reason=MISSING), pytest.mark.xdist_group("mails")]

__all__ = ["receipts", "server"]

NAME, PASSWORD, TOKEN = "robot", "s3cret", "ya29.token"
ALIVE, OVER = int(NOW.timestamp()) + 60, int(NOW.timestamp()) - 60


@dataclass(frozen=True)
class Row:
    """An account as osTicket stores it, and what it comes to."""

    expected: tuple[str, str] | None
    """Encryption and host; None: it cannot be used."""
    host: str = "mx.test"
    port: int = 25
    auth_bk: str = "basic"
    active: int = 1
    stored: tuple[tuple[str, str | int], ...] | None = None
    """Its credentials; None: a name and a password."""
    credentials: tuple[str, str, str] = (NAME, PASSWORD, "")


def token(expires: str | int) -> tuple[tuple[str, str | int], ...]:
    return (("resource_owner_email", NAME), ("access_token", TOKEN), ("expires", expires))


BY_TOKEN, NOBODY = (NAME, "", TOKEN), ("", "", "")
ROWS = {
    "plain, as its port is": Row(("plain", "mx.test")),
    "port of TLS": Row(("tls", "mx.test"), port=465),
    "port of STARTTLS": Row(("starttls", "mx.test"), port=587),
    "port of IMAP with TLS": Row(("tls", "mx.test"), port=993),
    "port of POP with TLS": Row(("tls", "mx.test"), port=995),
    "any other port": Row(("plain", "mx.test"), port=2525),
    "scheme ssl wins": Row(("tls", "mx.test"), host="ssl://mx.test", port=25),
    "scheme tls wins": Row(("starttls", "mx.test"), host="tls://mx.test", port=465),
    "scheme plain wins": Row(("plain", "mx.test"), host="plain://mx.test", port=465),
    "scheme in capitals": Row(("tls", "MX.test"), host="SSL://MX.test"),
    "no host": Row(None, host=""),
    "switched off": Row(None, active=0),
    "no login at all": Row(("plain", "mx.test"), auth_bk="none", stored=(), credentials=NOBODY),
    "no login, so no encryption": Row(("plain", "mx.test"), port=465, auth_bk="none", stored=(), credentials=NOBODY),
    "no password": Row(None, stored=(("username", NAME),)),
    "a password that cannot be read": Row(None, stored=(("username", "other"), ("passwd", "$2$nonsense"))),
    "the mailbox's login": Row(("plain", "mx.test"), auth_bk="mailbox"),
    "a token that lives": Row(("plain", "mx.test"), auth_bk="oauth2:google", stored=token(ALIVE), credentials=BY_TOKEN),
    "a token without an end": Row(("plain", "mx.test"), auth_bk="oauth2:x", stored=token(""), credentials=BY_TOKEN),
    "a token that is over": Row(None, auth_bk="oauth2:google", stored=token(OVER)),
    "no token": Row(None, auth_bk="oauth2:google", stored=()),
}
SECRET = {"passwd": NAME, "access_token": NAME}


def mailbox(email_id: int, row: Row) -> Iterator[str]:
    """The SQL of a mailbox with this account."""
    yield (
        "INSERT INTO ost_email(email_id,noautoresp,priority_id,dept_id,topic_id,email,name,created,"
        f"updated) VALUES({email_id},0,2,1,0,'m{email_id}@acme.test','',NOW(),NOW())"
    )
    yield insert(2 * email_id, email_id, "smtp", row)
    if row.auth_bk == "mailbox":
        yield insert(2 * email_id + 1, email_id, "mailbox", row)
    space = account_namespace(email_id, 2 * email_id + (row.auth_bk == "mailbox"))
    usual = (("username", NAME), ("passwd", PASSWORD))
    for key, value in usual if row.stored is None else row.stored:
        is_sealed = key in SECRET and not str(value).startswith("$2$")
        sealed = encrypt(str(value), SALT, subkey(NAME, space)) if is_sealed else str(value)
        yield setting(key, sealed, space)


def insert(identifier: int, email_id: int, kind: str, row: Row) -> str:
    return (
        "INSERT INTO ost_email_account(id,email_id,type,auth_bk,active,host,port,protocol,encryption,fetchfreq,"
        "fetchmax,postfetch,num_errors,created,updated) VALUES"
        f"({identifier},{email_id},'{kind}','{row.auth_bk}',{row.active},'{row.host}',{row.port},'SMTP','NONE',5,30,"
        f"'nothing',0,NOW(),NOW())"
    )


def test_what_an_account_says_is_understood_as_osticket_does(stage: MailStage) -> None:
    numbered = dict(enumerate(ROWS, start=100))
    setup = [line for email_id, name in numbered.items() for line in mailbox(email_id, ROWS[name])]
    with stage.set_up(setup, NOW):
        found = {name: stage.read(routes, email_id) for email_id, name in numbered.items()}
    assert {name: [understood(each) for each in accounts] for name, accounts in found.items()} == {
        name: [(*row.expected, *row.credentials)] if row.expected else [] for name, row in ROWS.items()
    }


def understood(found: Account) -> tuple[str, ...]:
    return (found.encryption, found.host, found.username, found.password, found.token)


@pytest.mark.parametrize(
    ("own", "default", "expected"),
    [
        (1, 1, ["own.test", "default.test"]),
        (0, 1, ["default.test"]),
        (1, 0, ["own.test"]),
        (0, 0, []),
    ],
)
def test_the_mailboxs_own_account_comes_before_the_default_one(
    stage: MailStage, own: int, default: int, expected: list[str]
) -> None:
    setup = [
        *mailbox(100, Row(None, host="default.test", active=default)),
        *mailbox(101, Row(None, host="own.test", active=own)),
        setting("default_smtp_id", "200"),
    ]
    with stage.set_up(setup, NOW):
        assert [each.host for each in stage.read(routes, 101)] == expected
        assert [each.host for each in stage.read(routes, 100)] == ["default.test"][:default]


@pytest.mark.usefixtures("receipts")
@pytest.mark.parametrize(
    ("spoofs", "envelope", "sender"),
    [
        (0, "m100@acme.test", "Support <m100@acme.test>"),
        (1, "support@acme.test", None),
    ],
)
def test_an_account_of_another_address_says_so_unless_it_may_pretend(
    stage: MailStage, server: Controller, spoofs: int, envelope: str, sender: str | None
) -> None:
    setup = [
        *mailbox(100, Row(None, host="127.0.0.1", port=server.port, auth_bk="none", stored=())),
        f"UPDATE ost_email_account SET allow_spoofing={spoofs}",
        setting("default_smtp_id", "200"),
    ]
    with stage.set_up(setup, NOW):
        reply(stage)
        deliver(stage)
        message_id = mail(stage).message_id
    (taken,) = server.handler.taken
    sent = message_from_bytes(taken.content)
    assert (taken.mail_from, sent["Sender"]) == (envelope, sender)
    assert (sent["From"], sent["Return-Path"]) == ("Support <support@acme.test>", "<support@acme.test>")
    assert sent["Message-ID"] == message_id


@pytest.mark.usefixtures("receipts")
def test_what_one_account_refuses_the_next_one_takes(stage: MailStage, server: Controller) -> None:
    server.handler.says = ["451 not now"]
    again = Row(None, host="127.0.0.1", port=server.port, auth_bk="none", stored=())
    with stage.set_up([*account(server), *mailbox(100, again), setting("default_smtp_id", "200")], NOW):
        reply(stage)
        deliver(stage)
        assert (mail(stage).state, outcomes(stage)) == ("sent", ["deferred", "accepted"])
    assert message_from_bytes(server.handler.taken[0].content)["Sender"] == "Support <m100@acme.test>"


class ByToken(Mailbox):
    """A mail server that lets in by access tokens, as those of the big providers do."""

    said = b""

    async def auth_XOAUTH2(self, server: Any, args: list[str]) -> AuthResult:  # noqa: N802
        self.said = b64decode(args[1])
        return AuthResult(success=True)


@pytest.mark.usefixtures("receipts")
def test_logs_in_by_the_token_that_osticket_stored(stage: MailStage, server: Controller) -> None:
    server.handler = ByToken()
    row = Row(None, host="127.0.0.1", port=server.port, auth_bk="oauth2:google", stored=token(ALIVE))
    with stage.set_up([*mailbox(100, row), setting("default_smtp_id", "200")], NOW):
        reply(stage)
        deliver(stage)
        assert mail(stage).state == "sent"
    assert server.handler.said == f"user={NAME}\x01auth=Bearer {TOKEN}\x01\x01".encode()
