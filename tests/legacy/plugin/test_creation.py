"""What the plugin lets a creation say besides, and the address for keys that are good from anywhere."""

from pathlib import Path
from typing import Any

import pytest

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.fixtures.api import Answer, Api, running_api
from tests.fixtures.templates import Template
from tests.legacy.client import Client, client, number_of

TICKET = {"name": "Uma", "email": "uma@acme.example", "subject": "New", "message": "**Hello** <b>you</b>"}
ENDPOINTS = ("tickets.json", "wildcard/tickets.json")


@pytest.fixture
def desk(demo: Template, tmp_path: Path) -> Any:
    """The sample help desk, in which the plugin is in use: an attached one says so by a row."""

    def install(tx: Write) -> None:
        tx.insert(
            t.plugin,
            name="API Endpoints",
            install_path="plugins/api-endpoints",
            isactive=True,
            installed=tx.now,
        )

    with running_api(demo.copy(), tmp_path) as api:
        api.write(install)
        yield api


def post(ask: Client, endpoint: str = ENDPOINTS[0], **fields: Any) -> Answer:
    return ask("POST", endpoint, {**TICKET, **fields}, headers={"Accept": "application/json"})


def opened(api: Api, answer: Answer) -> Any:
    assert answer.status == 201, answer.content
    return api.rows(t.ticket.select().where(t.ticket.c.ticket_id == answer.response.json()["id"]))[0]


def first_entry(api: Api, ticket_id: int) -> Any:
    joined = t.thread_entry.select().join(t.thread, t.thread.c.id == t.thread_entry.c.thread_id)
    return api.rows(joined.where(t.thread.c.object_id == ticket_id, t.thread.c.object_type == "T"))[0]


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize(
    ("format", "stored", "body"),
    [
        (" MD ", "html", "<p><strong>Hello</strong> &lt;b&gt;you&lt;/b&gt;</p>"),
        ("html", "html", "**Hello** <b>you</b>"),
        ("txt", "text", "**Hello** &lt;b&gt;you&lt;/b&gt;"),
    ],
)
def test_the_format_decides_how_a_message_is_read(
    desk: Api, endpoint: str, format: str, stored: str, body: str
) -> None:
    entry = first_entry(desk, opened(desk, post(client(desk), endpoint, format=format)).ticket_id)
    assert (entry.format, entry.body) == (stored, body)


def test_a_department_and_a_parent_can_be_chosen(desk: Api) -> None:
    ask = client(desk)
    ticket = opened(desk, post(ask, departmentId="billing", parentTicketNumber=number_of(desk, 1)))
    assert (ticket.dept_id, ticket.ticket_pid, ticket.flags) == (4, 1, 8)
    assert opened(desk, post(ask, subject="Another", parentTicketId=1)).ticket_pid == 1


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"format": "  "}, "Format cannot be empty"),
        ({"format": None}, "Format cannot be empty"),
        ({"format": "rtf"}, "Invalid format. Allowed: markdown, html, text"),
        ({"format": ["html"]}, "Invalid format. Allowed: markdown, html, text"),
        ({"departmentId": 999}, "Department not found"),
        ({"departmentId": "nope"}, "Department 'nope' not found"),
        ({"departmentId": {}}, "Invalid value for departmentId"),
        ({"parentTicketNumber": "nope"}, "Parent ticket not found"),
    ],
)
def test_wrong_fields_are_400_and_plain_text(desk: Api, fields: dict[str, Any], text: str) -> None:
    answer = post(client(desk), **fields)
    assert (answer.status, answer.content.decode()) == (400, text)
    assert answer.headers["content-type"] == "text/plain; charset=UTF-8"


def test_a_parent_that_is_a_child_leaves_no_ticket_behind(desk: Api) -> None:
    ask = client(desk)
    ask("POST", "tickets-subtickets-create.php", {"parent_id": 1, "child_id": 2})
    child = opened(desk, post(ask, parentTicketId=1))
    count = len(desk.rows(t.ticket.select()))
    answer = post(ask, subject="Grandchild", parentTicketId=child.ticket_id)
    assert (answer.status, answer.content) == (400, b"Parent ticket cannot be a child of another ticket")
    assert len(desk.rows(t.ticket.select())) == count


def test_nobody_opens_tickets_without_a_key(desk: Api) -> None:
    ask = client(desk, "tickets.read")
    for endpoint in ENDPOINTS:
        assert post(ask, endpoint).status == 401
        assert post(Client(desk, "unknown"), endpoint).status == 401


def test_a_key_for_anywhere_opens_tickets_at_its_own_address(desk: Api) -> None:
    def add(tx: Write) -> None:
        tx.insert(t.api_key, apikey="ANYWHERE", ipaddr="0.0.0.0", can_create_tickets=True, created=tx.now)

    desk.write(add)
    anywhere = Client(desk, "ANYWHERE")
    assert post(anywhere, "wildcard/tickets.json").status == 201
    assert post(anywhere, "tickets.json").status == 401


def test_an_osticket_without_the_plugin_knows_none_of_these_fields(demo: Template, tmp_path: Path) -> None:
    with running_api(demo.copy(), tmp_path) as api:
        answer = post(client(api), format="rtf")
        assert answer.status == (400 if api.database.is_sqlite else 201)
