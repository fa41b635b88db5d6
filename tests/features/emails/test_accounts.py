"""Mail accounts over HTTP: set up as osTicket stores them, never shown, tried on a real server."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.mail.secrets import account_namespace, decrypt, encrypt, subkey
from tests.fixtures.api import Api, Caller
from tests.fixtures.smtp import PASSWORD, USERNAME, mail_server

SMTP = "/emails/1/accounts/smtp"
MAILBOX = "/emails/1/accounts/mailbox"
GIVEN = {"host": "smtp.example.org", "port": 587, "username": USERNAME, "password": PASSWORD}


def stored(api: Api, account_id: int) -> dict[str, str]:
    config = t.config.c
    space = account_namespace(1, account_id)
    return {row.key: row.value for row in api.rows(select(config.key, config.value).where(config.namespace == space))}


def salt(api: Api) -> str:
    return api.database.secret_salt


@pytest.fixture
def dora(api: Api) -> Caller:
    """The administrator of a help desk whose SECRET_SALT is known."""
    api.database.secret_salt = "a salt that osTicket made"
    return api.staff("dora")


def test_an_account_is_stored_as_osticket_reads_it_and_its_password_never_leaves(api: Api, dora: Caller) -> None:
    made = dora.request("PUT", SMTP, json=GIVEN)
    assert made.status == 200, made.errors
    shown = {"host": "smtp.example.org", "port": 587, "encryption": "starttls", "username": USERNAME}
    assert {key: made.data[key] for key in shown} == shown
    assert (made.data["authentication"], made.data["has_password"], made.data["is_active"]) == ("basic", True, True)
    kept = stored(api, made.data["id"])
    assert kept.keys() == {"username", "passwd"}
    space = account_namespace(1, made.data["id"])
    assert decrypt(kept["passwd"], salt(api), subkey(USERNAME, space)) == PASSWORD
    for answer in (
        made,
        dora.get(SMTP),
        dora.get("/emails/1/accounts"),
        dora.request("PUT", SMTP + "?dry_run=true", json=GIVEN),
    ):
        assert PASSWORD.encode() not in answer.content
        assert kept["passwd"].encode() not in answer.content
    (row,) = api.rows(select(t.email_account).where(t.email_account.c.id == made.data["id"]))
    assert (row.type, row.auth_bk, row.protocol, row.num_errors) == ("smtp", "basic", "SMTP", 0)


def test_what_is_missing_of_an_account_is_told_in_one_order(dora: Caller) -> None:
    assert dora.request("PUT", SMTP, json={}).fields == ["host", "port", "password", "username"]


def test_what_osticket_stored_is_read(api: Api, dora: Caller) -> None:
    def as_php(tx: Write) -> int:
        account_id = tx.insert(
            t.email_account,
            email_id=1,
            type="mailbox",
            auth_bk="basic",
            active=True,
            host="ssl://imap.example.org",
            port=143,
            protocol="IMAP",
            num_errors=3,
            last_error_msg="no",
        )
        space = account_namespace(1, account_id)
        sealed = encrypt(PASSWORD, salt(api), subkey("in", space))
        for key, value in (("username", "in"), ("passwd", sealed)):
            tx.insert(t.config, namespace=space, key=key, value=value, updated=tx.now)
        return account_id

    api.write(as_php)
    read = dora.get(MAILBOX).data
    assert (read["host"], read["encryption"], read["has_password"]) == ("imap.example.org", "tls", True)
    assert (read["error_count"], read["last_error"], read["protocol"]) == (3, "no", "imap")
    changed = dora.request("PUT", MAILBOX, json={"folder": "Support"}).data
    assert (changed["folder"], changed["error_count"], changed["encryption"]) == ("Support", 0, "tls")


def test_a_new_name_keeps_the_password(api: Api, dora: Caller) -> None:
    account_id = dora.request("PUT", SMTP, json=GIVEN).data["id"]
    assert dora.request("PUT", SMTP, json={"username": "other"}).data["has_password"]
    space = account_namespace(1, account_id)
    assert decrypt(stored(api, account_id)["passwd"], salt(api), subkey("other", space)) == PASSWORD


@pytest.mark.parametrize(
    ("port", "encryption", "host"),
    [
        (465, None, "h.example"),
        (465, "starttls", "tls://h.example"),
        (587, "tls", "ssl://h.example"),
        (25, "plain", "h.example"),
        (587, "plain", "plain://h.example"),
    ],
)
def test_the_host_says_the_encryption_where_its_port_does_not(
    api: Api, dora: Caller, port: int, encryption: str | None, host: str
) -> None:
    given: dict[str, Any] = {**GIVEN, "host": "h.example", "port": port}
    made = dora.request("PUT", SMTP, json=given if encryption is None else {**given, "encryption": encryption})
    (row,) = api.rows(select(t.email_account.c.host).where(t.email_account.c.id == made.data["id"]))
    assert row.host == host
    assert made.data["encryption"] == (encryption or "tls")


def test_an_account_is_deleted_with_its_credentials(api: Api, dora: Caller) -> None:
    account_id = dora.request("PUT", SMTP, json=GIVEN).data["id"]
    assert dora.delete(SMTP).status == 204
    assert dora.get(SMTP).status == 404
    assert stored(api, account_id) == {}


def test_credentials_that_the_other_account_uses_stay(api: Api, dora: Caller) -> None:
    assert dora.request("PUT", SMTP, json={**GIVEN, "authentication": "mailbox"}).status == 422
    dora.request("PUT", MAILBOX, json={**GIVEN, "port": 993})
    sends = {"host": "smtp.example.org", "port": 587, "authentication": "mailbox"}
    assert dora.request("PUT", SMTP, json=sends).data["username"] is None
    assert dora.delete(MAILBOX).errors[0]["code"] == "in_use"


def test_without_a_salt_no_password_is_stored(api: Api) -> None:
    api.database.secret_salt = ""
    answer = api.staff("dora").request("PUT", SMTP, json=GIVEN)
    assert (answer.status, answer.errors[0]["code"]) == (409, "secret_salt_missing")
    assert api.rows(select(t.email_account)) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"host": "a b"}, "host"),
        ({"host": "ssl://x"}, "host"),
        ({"port": 0}, "port"),
        ({"encryption": "ssl"}, "encryption"),
        ({"folder": "x"}, "folder"),
        ({"password": "0"}, "password"),
        ({"password": None}, "password"),
        ({"authentication": "none"}, "password"),
    ],
)
def test_what_is_not_an_account_is_refused_by_field(api: Api, dora: Caller, change: dict[str, Any], field: str) -> None:
    answer = dora.request("PUT", SMTP, json={**GIVEN, **change})
    assert (answer.status, field in answer.fields) == (422, True)


@pytest.mark.parametrize("missing", ["host", "port", "username", "password"])
def test_a_new_account_is_whole(api: Api, dora: Caller, missing: str) -> None:
    given = {key: value for key, value in GIVEN.items() if key != missing}
    assert dora.request("PUT", SMTP, json=given).fields == [missing]


@pytest.mark.parametrize("encryption", ["plain", "starttls", "tls"])
def test_an_account_is_tried_on_a_real_server(api: Api, dora: Caller, tmp_path: Path, encryption: str) -> None:
    with mail_server(tmp_path, encryption) as server:
        given = {**GIVEN, "host": "127.0.0.1", "port": server.port, "encryption": encryption}
        assert dora.request("PUT", SMTP, json=given).status == 200
        tried = dora.post("/emails/1/test", {"to": "you@example.org"}).data
        assert (tried["ok"], [step["ok"] for step in tried["steps"]]) == (True, [True, True])
        assert server.logins == [(USERNAME.encode(), PASSWORD.encode())]
        assert server.was_encrypted == [encryption != "plain"]
        server.says = ["452 full"]
        tried = dora.post("/emails/1/test", {"to": "you@example.org"}).data
        assert (tried["ok"], tried["steps"][-1]["answer"]) == (False, "452 full")
        dora.request("PUT", SMTP, json={"password": "wrong"})
        tried = dora.post("/emails/1/test", {"to": "you@example.org"}).data
        assert (tried["steps"][0]["ok"], "535" in tried["steps"][0]["answer"]) == (False, True)
        assert len(server.taken) == 1


def test_an_address_without_an_account_cannot_be_tried(api: Api, dora: Caller) -> None:
    tried = dora.post("/emails/1/test", {"to": "you@example.org"}).data
    assert (tried["ok"], tried["account"], tried["steps"][0]["name"]) == (False, None, "account")
    assert dora.post("/emails/99/test", {"to": "you@example.org"}).status == 404
    assert dora.post("/emails/1/test", {"to": "nobody"}).fields == ["to"]
