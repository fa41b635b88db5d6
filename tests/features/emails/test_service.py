"""The help desk's own addresses over HTTP."""

from typing import Any

import pytest
from sqlalchemy import select, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.fixtures.api import Api

SALES = {"email": "sales@help.example", "name": "Sales"}


def test_agents_see_the_addresses_without_notes(api: Api) -> None:
    emails = api.staff("bob").get("/emails?sort=id").data
    assert (emails[0]["is_default"], emails[1]["sends_alerts"]) == (True, True)
    assert "notes" not in emails[0]
    assert "notes" in api.staff("dora").get("/emails/1").data
    (found,) = api.staff("bob").get("/emails", params={"q": emails[1]["email"], "fields": "id"}).data
    assert found == {"id": emails[1]["id"]}


def test_an_address_is_added_changed_and_deleted(api: Api) -> None:
    dora = api.staff("dora")
    made = dora.post("/emails", json={**SALES, "department_id": 2, "priority_id": 3, "sends_auto_responses": False})
    assert (made.status, made.data["department"]["id"], made.data["priority"]["id"]) == (201, 2, 3)
    assert (made.data["sends_auto_responses"], made.data["topic"]) == (False, None)
    path = f"/emails/{made.data['id']}"
    assert made.headers["location"] == f"/api/v2{path}"
    changed = dora.patch(path, json={"priority_id": None, "topic_id": 1, "name": "Sales team"}).data
    assert (changed["priority"], changed["topic"]["id"], changed["name"]) == (None, 1, "Sales team")

    def come_in(tx: Write) -> None:
        tx.change(update(t.ticket).where(t.ticket.c.ticket_id == 1).values(email_id=made.data["id"]))

    api.write(come_in)
    assert dora.delete(path).status == 204
    assert dora.get(path).status == 404
    assert api.rows(select(t.ticket.c.email_id).where(t.ticket.c.ticket_id == 1)) == [(None,)]


def test_an_address_is_given_once(api: Api) -> None:
    dora = api.staff("dora")
    ours = dora.get("/emails/1").data["email"]
    agents = dora.get("/staff/2").data["email"]
    for address, kind in ((ours.upper(), "email"), (agents, "staff")):
        answer = dora.post("/emails", json={**SALES, "email": address})
        assert (answer.status, answer.fields, list(answer.errors[0]["detail"])) == (409, ["email"], [kind])


def test_an_address_in_use_stays(api: Api) -> None:
    dora = api.staff("dora")
    sales = dora.post("/emails", json=SALES).data["id"]

    def use(tx: Write) -> None:
        tx.change(update(t.department).where(t.department.c.id == 2).values(autoresp_email_id=sales))
        tx.insert(t.email_account, email_id=sales, auth_bk="basic", created=tx.now, updated=tx.now)

    api.write(use)
    answer = dora.delete(f"/emails/{sales}")
    assert (answer.status, answer.errors[0]["detail"]) == (409, {"departments": 1, "mailboxes": 1})
    assert dora.delete("/emails/1").errors[0]["code"] == "is_default"
    assert dora.delete("/emails/2").errors[0]["code"] == "is_default"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"email": "sales"}, "email"),
        ({"email": None}, "email"),
        ({"name": ""}, "name"),
        ({"department_id": 99}, "department_id"),
        ({"topic_id": 99}, "topic_id"),
        ({"priority_id": 9}, "priority_id"),
        ({"password": "x"}, "password"),
    ],
)
def test_what_is_no_address_is_refused_by_field(api: Api, body: dict[str, Any], field: str) -> None:
    answer = api.staff("dora").patch("/emails/1", json=body)
    assert (answer.status, answer.fields) == (422, [field])
