"""A key that stands for an agent may no more at the old endpoints than the agent."""

import json
from typing import Any

import pytest
from sqlalchemy import select, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.fixtures.api import Api
from tests.legacy.client import Client, client, number_of

ALICE, BOB = 2, 3
HERE, ELSEWHERE = 26, 31
"""A ticket in alice's and bob's department, and one in another."""


def told(ask: Client, path: str) -> Any:
    return json.loads(ask("GET", path).content)


def test_it_reads_in_the_departments_of_its_agent(api: Api) -> None:
    ask = client(api, staff_id=ALICE)
    assert ask("GET", f"tickets-get.php/{number_of(api, HERE)}.json").status == 200
    assert ask("GET", f"tickets-get.php/{number_of(api, ELSEWHERE)}.json").status in (403, 404)
    assert {each["department"] for each in told(ask, "tickets-search.php")} == {"Support"}
    assert list(told(ask, "tickets-stats.php")["by_department"]) == ["Support"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "tickets-update.php/{}.json", {"slaId": 1}),
        ("PATCH", "tickets-update.php/{}.json", {"note": "x"}),
        ("DELETE", "tickets-delete.php/{}.json", None),
        ("DELETE", "tickets-subtickets-unlink.php/{}.json", None),
    ],
)
def test_it_changes_nothing_elsewhere(api: Api, method: str, path: str, body: Any) -> None:
    before = state(api, ELSEWHERE)
    answer = client(api, staff_id=ALICE)(method, path.format(number_of(api, ELSEWHERE)), body)
    assert answer.status in (403, 404)
    assert state(api, ELSEWHERE) == before


def state(api: Api, ticket_id: int) -> Any:
    return [tuple(row) for row in api.rows(select(t.ticket).where(t.ticket.c.ticket_id == ticket_id))]


def test_it_changes_what_the_role_of_its_agent_allows(api: Api) -> None:
    path = f"tickets-update.php/{number_of(api, HERE)}.json"
    assert client(api, staff_id=ALICE)("PATCH", path, {"topicId": 2}).status == 200
    views_only = client(api, staff_id=BOB, key="of bob")
    before = state(api, HERE)
    for body in ({"topicId": 1}, {"statusId": 3}, {"staffId": 2}, {"slaId": 1}):
        assert views_only("PATCH", path, body).status == 403, body
    assert views_only("DELETE", f"tickets-delete.php/{number_of(api, HERE)}.json").status == 403
    link = {"parent_id": HERE, "child_id": 25}
    assert views_only("POST", "tickets-subtickets-create.php", link).status == 403
    assert state(api, HERE) == before


def test_an_agent_who_sees_no_department_reaches_nothing(api: Api) -> None:
    api.write(lambda tx: tx.change(update(t.staff).where(t.staff.c.staff_id == ALICE).values(assigned_only=True)))
    ask = client(api, staff_id=ALICE)
    assert told(ask, "tickets-search.php") == []
    assert ask("GET", f"tickets-get.php/{number_of(api, HERE)}.json").status in (403, 404)


def test_an_agent_who_may_open_no_tickets_opens_none(api: Api) -> None:
    def take(tx: Write) -> None:
        tx.change(update(t.role).values(permissions='{"ticket.edit":1}'))

    api.write(take)
    assert opened(client(api, staff_id=ALICE)).status == 500
    assert opened(client(api, key="of nobody")).status == 201


def opened(ask: Client, **fields: Any) -> Any:
    body = {"name": "Uma", "email": "uma@acme.example", "subject": "x", "message": "y", **fields}
    return ask("POST", "tickets.json", body)


def test_a_key_that_is_limited_opens_no_ticket_elsewhere(api: Api) -> None:
    limited = client(api, departments=[4])
    assert opened(limited, topicId=13).status == 201
    refused = opened(limited, topicId=10)
    assert (refused.status, refused.content) == (403, b"Access denied to ticket department")
    assert opened(client(api, staff_id=ALICE, key="of alice"), topicId=10).status == 201
    assert opened(client(api, staff_id=ALICE, departments=[1], key="limited"), topicId=10).status == 403


def test_a_mail_is_taken_wherever_it_goes(api: Api) -> None:
    mail = b"From: uma@acme.example\r\nTo: support@desk.example\r\nSubject: Help\r\n\r\nPlease."
    assert client(api, departments=[4])("POST", "tickets.email", content=mail).status == 201
