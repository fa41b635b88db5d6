"""Setting up statuses over HTTP."""

from typing import Any

import pytest
from sqlalchemy import select, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.fixtures.api import Api

WAITING = {"name": "Waiting for parts", "state": "open"}
DONE = {"name": "Done", "state": "closed"}
OPEN, RESOLVED = 1, 2


def test_a_status_is_added_changed_and_deleted(api: Api) -> None:
    dora = api.staff("dora")
    made = dora.post("/statuses", json={**WAITING, "description": "The vendor is slow."})
    assert (made.status, made.data["position"], made.data["description"]) == (201, 6, "The vendor is slow.")
    path = f"/statuses/{made.data['id']}"
    assert made.headers["location"] == f"/api/v2{path}"
    changed = dora.patch(path, json={"name": "Waiting", "is_active": False, "position": 2, "description": None}).data
    assert (changed["name"], changed["is_active"], changed["position"]) == ("Waiting", False, 2)
    assert changed["description"] is None
    assert dora.delete(path).status == 204
    assert dora.get(path).status == 404


def test_a_closed_status_says_how_tickets_are_reopened(api: Api) -> None:
    dora = api.staff("dora")
    made = dora.post("/statuses", json=DONE).data
    assert (made["allows_reopening"], made["reopen_status_id"]) == (True, None)
    waiting = dora.post("/statuses", json=WAITING).data["id"]
    path = f"/statuses/{made['id']}"
    changed = dora.patch(path, json={"reopen_status_id": waiting}).data
    assert (changed["allows_reopening"], changed["reopen_status_id"]) == (True, waiting)
    changed = dora.patch(path, json={"allows_reopening": False, "reopen_status_id": None}).data
    assert (changed["allows_reopening"], changed["reopen_status_id"]) == (False, None)


def test_tickets_take_a_new_status_and_go_where_it_says(api: Api) -> None:
    dora = api.staff("dora")
    assert dora.get("/tickets?status=waiting for parts").status == 422
    waiting = dora.post("/statuses", json=WAITING).data["id"]
    assert dora.get("/tickets?status=waiting for parts").data == []
    done = dora.post("/statuses", json={**DONE, "reopen_status_id": waiting}).data["id"]
    assert dora.post("/tickets/1/status", json={"status_id": done}).data["status"]["id"] == done
    assert dora.post("/tickets/1/assign", json={"staff_id": 2}).data["status"]["id"] == waiting


def test_an_edited_description_lies_under_its_field_beside_what_was_there(api: Api) -> None:
    dora = api.staff("dora")
    dora.patch(f"/statuses/{RESOLVED}", json={"description": "Edited."})
    (field,) = api.rows(
        select(t.form_field.c.id)
        .join(t.form, t.form.c.id == t.form_field.c.form_id)
        .where(t.form.c.type == "L1", t.form_field.c.name == "description")
    )
    (stored,) = api.rows(select(t.ticket_status.c.properties).where(t.ticket_status.c.id == RESOLVED))
    assert stored.properties == f'{{"allowreopen":true,"reopenstatus":0,"{field.id}":"Edited."}}'


@pytest.mark.parametrize(
    ("status", "body", "field"),
    [
        (OPEN, {"name": "New"}, "name"),
        (OPEN, {"state": "closed"}, "state"),
        (OPEN, {"is_active": False}, "is_active"),
        (RESOLVED, {"name": "open"}, "name"),
    ],
)
def test_what_is_built_in_or_taken_stays(api: Api, status: int, body: dict[str, Any], field: str) -> None:
    answer = api.staff("dora").patch(f"/statuses/{status}", json=body)
    assert (answer.status, answer.fields) == (409, [field])


def test_the_default_status_stays(api: Api) -> None:
    dora = api.staff("dora")
    waiting = dora.post("/statuses", json=WAITING).data["id"]

    def make_default(tx: Write) -> None:
        tx.insert(t.config, namespace="core", key="default_ticket_status_id", value=str(waiting))

    api.write(make_default)
    path = f"/statuses/{waiting}"
    assert dora.patch(path, json={"is_active": False}).status == 409
    assert dora.patch(path, json={"name": "Waiting"}).status == 200
    assert dora.delete(path).status == 409
    assert dora.delete("/statuses/4").errors[0]["code"] == "is_built_in"


def test_a_status_in_use_stays(api: Api) -> None:
    dora = api.staff("dora")
    waiting = dora.post("/statuses", json=WAITING).data["id"]
    dora.post("/statuses", json={**DONE, "reopen_status_id": waiting})

    def use(tx: Write) -> None:
        tx.change(update(t.ticket).where(t.ticket.c.ticket_id.in_((1, 2))).values(status_id=waiting))
        tx.change(update(t.help_topic).where(t.help_topic.c.topic_id == 1).values(status_id=waiting))
        configuration = f'{{"status_id":"{waiting}"}}'
        tx.insert(t.filter_action, filter_id=1, sort=1, type="status", configuration=configuration, updated=tx.now)

    api.write(use)
    answer = dora.delete(f"/statuses/{waiting}")
    in_the_way = {"tickets": 2, "topics": 1, "actions of filters": 1, "statuses": 1}
    assert (answer.status, answer.errors[0]["detail"]) == (409, in_the_way)
    assert dora.patch(f"/statuses/{waiting}", json={"state": "closed"}).status == 409


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "x" * 61}, "name"),
        ({"name": None}, "name"),
        ({"name": "\N{SMILING FACE WITH OPEN MOUTH}" * 30}, "name"),
        ({"state": "archived"}, "state"),
        ({"position": -1}, "position"),
        ({"reopen_status_id": 3}, "reopen_status_id"),
        ({"reopen_status_id": 99}, "reopen_status_id"),
    ],
)
def test_what_is_no_status_is_refused_by_field(api: Api, body: dict[str, Any], field: str) -> None:
    answer = api.staff("dora").patch(f"/statuses/{RESOLVED}", json=body)
    assert (answer.status, answer.fields) == (422, [field])


def test_open_statuses_have_no_way_to_reopen(api: Api) -> None:
    dora = api.staff("dora")
    assert dora.post("/statuses", json={**WAITING, "reopen_status_id": 1}).fields == ["reopen_status_id"]
    assert dora.patch(f"/statuses/{OPEN}", json={"allows_reopening": False}).fields == ["allows_reopening"]
