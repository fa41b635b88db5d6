"""Setting up SLA plans over HTTP."""

from typing import Any

import pytest
from sqlalchemy import String, select, type_coerce, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.fixtures.api import Api

HOLIDAYS = 4


def test_an_sla_is_added_changed_and_deleted(api: Api) -> None:
    dora = api.staff("dora")
    made = dora.post("/slas", json={"name": "R&D <gold>", "grace_hours": 8, "schedule_id": 1, "is_transient": True})
    assert (made.status, made.data["grace_hours"], made.data["schedule"]["id"]) == (201, 8, 1)
    assert (made.data["is_active"], made.data["is_transient"], made.data["sends_overdue_alerts"]) == (True, True, True)
    path = f"/slas/{made.data['id']}"
    assert made.headers["location"] == f"/api/v2{path}"
    changes = {"grace_hours": 6, "schedule_id": None, "sends_overdue_alerts": False, "is_transient": False}
    changed = dora.patch(path, json=changes).data
    assert (changed["grace_hours"], changed["schedule"], changed["is_transient"]) == (6, None, False)
    assert changed["sends_overdue_alerts"] is False
    assert dora.delete(path).status == 204
    assert dora.get(path).status == 404


def test_a_disabled_sla_is_disabled_from_the_start(api: Api) -> None:
    made = api.staff("dora").post("/slas", json={"name": "Paused", "grace_hours": 5, "is_active": False})
    assert made.data["is_active"] is False


def test_a_name_lies_as_osticket_keeps_it_and_is_shown_as_it_was_written(api: Api) -> None:
    dora = api.staff("dora")
    made = dora.post("/slas", json={"name": 'R&D "gold"', "grace_hours": 8}).data
    assert made["name"] == 'R&D "gold"'
    assert api.rows(select(type_coerce(t.sla.c.name, String)).where(t.sla.c.id == made["id"])) == [
        ("R&amp;D &quot;gold&quot;",)
    ]
    assert [each["id"] for each in dora.get("/slas", params={"q": "R&D"}).data] == [made["id"]]
    assert dora.post("/slas", json={"name": 'r&d "gold"', "grace_hours": 8}).status == 409
    ticket = dora.patch("/tickets/1", json={"sla_id": made["id"]}).data
    assert ticket["sla"] == {"id": made["id"], "name": 'R&D "gold"'}


def test_a_name_is_given_once(api: Api) -> None:
    answer = api.staff("dora").post("/slas", json={"name": "default sla", "grace_hours": 1})
    assert (answer.status, answer.fields) == (409, ["name"])
    assert answer.errors[0]["detail"] == {"sla": {"id": 1}}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"grace_hours": 0}, "grace_hours"),
        ({"grace_hours": 8761}, "grace_hours"),
        ({"grace_hours": None}, "grace_hours"),
        ({"grace_hours": True}, "grace_hours"),
        ({"name": "\N{SMILING FACE WITH OPEN MOUTH}" * 30}, "name"),
        ({"schedule_id": 99}, "schedule_id"),
        ({"schedule_id": HOLIDAYS}, "schedule_id"),
        ({"name": "&" * 64}, "name"),
        ({"name": "x" * 65}, "name"),
        ({"grace": 4}, "grace"),
    ],
)
def test_what_is_no_sla_is_refused_by_field(api: Api, body: dict[str, Any], field: str) -> None:
    answer = api.staff("dora").patch("/slas/2", json=body)
    assert (answer.status, answer.fields) == (422, [field])


def test_tickets_of_a_deleted_sla_get_the_default_one(api: Api) -> None:
    dora = api.staff("dora")
    sla = dora.post("/slas", json={"name": "Gold", "grace_hours": 8}).data["id"]
    dora.patch("/tickets/1", json={"sla_id": sla})

    def use(tx: Write) -> None:
        tx.change(update(t.department).where(t.department.c.id == 2).values(sla_id=sla))
        tx.change(update(t.help_topic).where(t.help_topic.c.topic_id == 1).values(sla_id=sla))

    api.write(use)
    assert dora.delete(f"/slas/{sla}").status == 204
    assert dora.get("/tickets/1").data["sla"]["id"] == 1
    assert dora.get("/departments/2").data["sla"] is None
    assert dora.get("/topics/1").data["sla"] is None


def test_the_default_sla_stays(api: Api) -> None:
    answer = api.staff("dora").delete("/slas/1")
    assert (answer.status, answer.errors[0]["code"]) == (409, "is_default")


@pytest.mark.parametrize("configuration", ['{"sla_id":2}', '{"sla_id":"2"}'])
def test_an_sla_that_a_filter_sets_stays(api: Api, configuration: str) -> None:
    def add_action(tx: Write) -> None:
        tx.insert(t.filter_action, filter_id=1, sort=1, type="sla", configuration=configuration, updated=tx.now)

    api.write(add_action)
    answer = api.staff("dora").delete("/slas/2")
    assert (answer.status, answer.errors[0]["detail"]) == (409, {"actions of filters": 1})


def test_only_what_changed_is_written(api: Api) -> None:
    dora = api.staff("dora")
    before = dora.get("/slas/2")
    assert dora.patch("/slas/2", json={"name": before.data["name"], "is_active": True}).data == before.data
    answer = dora.patch("/slas/2?dry_run=true", json={"grace_hours": 3})
    assert answer.data["effects"] == [{"kind": "sla", "id": 2, "changed": {"grace_period": [4, 3]}}]
    assert dora.patch("/slas/2", json={"grace_hours": 3}, headers={"If-Match": before.headers["etag"]}).status == 200
    assert dora.delete("/slas/2", headers={"If-Match": before.headers["etag"]}).status == 412
