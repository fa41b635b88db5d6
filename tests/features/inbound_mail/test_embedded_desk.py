"""Mail to the embedded help desk: it has no SECRET_SALT of an osTicket, and signs Message-IDs by a salt of its own."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from osticket_api.db import tables as t
from tests.features.inbound_mail.test_task_answers import KEY, mails
from tests.fixtures.api import Answer, Api, running_api
from tests.fixtures.templates import SqliteTemplate, Template

TICKET = 26
LOGIN = "postmark:a long password"


@pytest.fixture
def desk(demo: Template, tmp_path: Path) -> Iterator[Api]:
    if not isinstance(demo, SqliteTemplate):
        pytest.skip("a help desk on MySQL or MariaDB has the SECRET_SALT of its osTicket")
    with running_api(demo.copy(), tmp_path, inbound_postmark_login=SecretStr(LOGIN)) as api:
        values = {"apikey": KEY, "ipaddr": "127.0.0.1", "isactive": True, "can_create_tickets": True}
        api.write(lambda tx: tx.insert(t.api_key, **values, created=tx.now))
        yield api


def piped(desk: Api, raw: str) -> Answer:
    return desk.key(KEY).request("POST", "//api/tickets.email", content=raw.encode())


def posted(desk: Api, raw: str) -> Answer:
    login = {"Authorization": f"Basic {b64encode(LOGIN.encode()).decode()}", "Content-Type": "application/json"}
    body = json.dumps({"RawEmail": raw}).encode()
    return desk.anonymous().request("POST", "/inbound-mail/postmark", content=body, headers=login)


@pytest.mark.parametrize("way", [piped, posted])
def test_an_answer_finds_its_ticket_by_the_message_id_alone(desk: Api, way: Callable[[Api, str], Answer]) -> None:
    assert desk.staff("alice").post(f"/tickets/{TICKET}/reply", {"body": "<p>Try again.</p>"}).status == 201
    answered = mails(desk, "ticket.reply")[0]
    headers = ["From: uma@acme.example", f"To: {answered.sender.address}", "Subject: Something else"]
    headers += ["Message-ID: <a1@example.org>", f"In-Reply-To: {answered.message_id}"]
    assert way(desk, "\r\n".join([*headers, "", "It works.", ""])).status in (200, 201)
    thread = desk.staff("alice").get(f"/tickets/{TICKET}/thread?per_page=100").data
    assert "It works." in thread[-1]["body"]
