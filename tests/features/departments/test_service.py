"""Setting up departments over HTTP."""

from typing import Any

import pytest
from sqlalchemy import insert, select, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.fixtures.api import Api

SUPPORT, SALES, MAINTENANCE, BILLING, WORKPLACE = 1, 2, 3, 4, 5
ALICE, BOB, CHARLIE, DORA = 2, 3, 4, 5
ALL_ACCESS, EXPANDED, VIEW_ONLY = 1, 2, 4


def row_of(api: Api, department_id: int) -> Any:
    return api.rows(select(t.department).where(t.department.c.id == department_id))[0]


def paths(api: Api) -> dict[int, str]:
    return {row.id: row.path for row in api.rows(select(t.department.c.id, t.department.c.path))}


def changed(api: Api, statement: Any) -> None:
    def unit(tx: Write) -> None:
        tx.change(statement)

    api.write(unit)


def add(api: Api, name: str, **more: object) -> int:
    answer = api.staff("dora").post("/departments", json={"name": name, **more})
    assert answer.status == 201, answer.errors
    return int(answer.data["id"])


def test_a_department_is_added_as_asked(api: Api) -> None:
    asked = {
        "name": " <b>Logistics</b> ",
        "parent_id": MAINTENANCE,
        "manager_id": CHARLIE,
        "sla_id": 2,
        "is_public": False,
        "responds_to_messages": False,
        "alert_recipients": "nobody",
        "assigns_to_primary_members_only": True,
        "claims_on_reply": False,
        "signature": "<p>Yours<script>x</script></p>",
    }
    answer = api.staff("dora").post("/departments", json=asked)
    made = answer.data
    assert answer.status == 201
    assert answer.headers["location"] == f"/api/v2/departments/{made['id']}"
    assert (made["name"], made["full_name"]) == ("Logistics", "Maintenance / Logistics")
    assert (made["manager"]["id"], made["sla"]["id"], made["is_public"]) == (CHARLIE, 2, False)
    assert (made["is_active"], made["is_default"], made["alert_recipients"]) == (True, False, "nobody")
    assert (made["assigns_to_primary_members_only"], made["claims_on_reply"]) == (True, False)
    assert (made["responds_to_tickets"], made["responds_to_messages"]) == (True, False)
    assert row_of(api, made["id"]).signature == "<p>Yours</p>"
    assert row_of(api, made["id"]).path == f"/{MAINTENANCE}/{made['id']}/"
    assert api.staff("dora").get(f"/departments/{made['id']}").data == made


def test_what_is_not_said_of_a_department_is_as_usual(api: Api) -> None:
    made = api.staff("dora").get(f"/departments/{add(api, 'Logistics')}").data
    assert (made["is_public"], made["is_active"], made["is_archived"]) == (True, True, False)
    assert (made["responds_to_tickets"], made["responds_to_messages"]) == (True, True)
    assert (made["alert_recipients"], made["parent_id"], made["signature"]) == ("members", None, None)


def test_what_is_absent_stays_and_null_clears(api: Api) -> None:
    dora = api.staff("dora")
    before = dora.get(f"/departments/{WORKPLACE}").data
    after = dora.patch(f"/departments/{WORKPLACE}", {"sla_id": None, "is_public": False}).data
    assert (after.pop("sla"), after.pop("is_public")) == (None, False)
    assert {name: before[name] for name in after if name != "updated_at"} | {"updated_at": None} == (
        after | {"updated_at": None}
    )
    assert dora.patch(f"/departments/{WORKPLACE}", {"is_public": None}).fields == ["is_public"]


def test_what_does_not_change_is_not_touched(api: Api) -> None:
    before = row_of(api, SALES)
    assert api.staff("dora").patch(f"/departments/{SALES}", {"name": "Sales", "is_active": True}).status == 200
    assert row_of(api, SALES) == before


def test_names_are_unique_among_siblings(api: Api) -> None:
    dora = api.staff("dora")
    taken = dora.post("/departments", json={"name": "SALES"})
    assert (taken.status, taken.fields) == (409, ["name"])
    assert taken.errors[0]["detail"] == {"department": {"id": SALES}}
    below = add(api, "Sales", parent_id=MAINTENANCE)
    assert dora.patch(f"/departments/{below}", {"parent_id": None}).status == 409
    assert dora.patch(f"/departments/{BILLING}", {"name": "Sales"}).status == 409
    assert dora.patch(f"/departments/{SALES}", {"name": "SALES"}).data["name"] == "SALES"


def test_a_department_takes_along_what_lies_below_it(api: Api) -> None:
    """osTicket leaves the paths of children behind, and with them the access of those who work above."""
    desk = add(api, "Desk", parent_id=WORKPLACE)
    charlie = api.staff("charlie")
    assert charlie.get(f"/departments/{desk}").status == 404
    moved = api.staff("dora").patch(f"/departments/{WORKPLACE}", {"parent_id": BILLING})
    assert moved.data["full_name"] == "Billing / Workplace"
    assert paths(api)[desk] == f"/{BILLING}/{WORKPLACE}/{desk}/"
    assert charlie.get(f"/departments/{desk}").status == 200
    api.staff("dora").patch(f"/departments/{WORKPLACE}", {"parent_id": None})
    assert (paths(api)[WORKPLACE], paths(api)[desk]) == (f"/{WORKPLACE}/", f"/{WORKPLACE}/{desk}/")


@pytest.mark.parametrize("parent_id", [MAINTENANCE, WORKPLACE, 99])
def test_a_department_does_not_lie_in_itself(api: Api, parent_id: int) -> None:
    answer = api.staff("dora").patch(f"/departments/{MAINTENANCE}", {"parent_id": parent_id})
    assert (answer.status, answer.fields) == (422, ["parent_id"])


def test_trees_end_where_osticket_cannot_write_them_down(api: Api) -> None:
    below = add(api, "Desk", parent_id=WORKPLACE)
    ids = range(10**9, 10**9 + 11)
    rows = [{"id": each, "pid": each - 1, "name": "Deep", "path": "/", "flags": 4} for each in ids]
    rows[0]["pid"] = below
    changed(api, insert(t.department).values(rows))
    answer = api.staff("dora").post("/departments", json={"name": "Too deep", "parent_id": ids[-1]})
    assert (answer.status, answer.fields) == (422, ["parent_id"])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"manager_id": 99}, "manager_id"),
        ({"sla_id": 99}, "sla_id"),
        ({"schedule_id": 99}, "schedule_id"),
        ({"email_id": 99}, "email_id"),
        ({"auto_response_email_id": 99}, "auto_response_email_id"),
        ({"template_group_id": 99}, "template_group_id"),
        ({"alert_recipients": "all"}, "alert_recipients"),
        ({"is_active": True, "is_archived": True}, "is_archived"),
        ({"assigns_to_members_only": True, "assigns_to_primary_members_only": True}, "assigns_to_primary_members_only"),
        ({"name": " "}, "name"),
        ({"name": "x" * 129}, "name"),
        ({"name": "😀" * 20}, "name"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_no_department_is_refused_by_field(api: Api, body: dict[str, object], field: str) -> None:
    answer = api.staff("dora").patch(f"/departments/{SALES}", body)
    assert (answer.status, answer.fields) == (422, [field])
    assert api.staff("dora").post("/departments", json={"name": "New", **body}).fields == [field]


def test_all_that_is_wrong_is_told_at_once(api: Api) -> None:
    answer = api.staff("dora").post("/departments", json={"name": "X", "sla_id": 99, "parent_id": 98, "manager_id": 97})
    assert set(answer.fields) == {"sla_id", "parent_id", "manager_id"}


def test_what_is_out_of_use_may_stay_but_not_be_chosen(api: Api) -> None:
    dora = api.staff("dora")
    changed(api, update(t.staff).where(t.staff.c.staff_id == BOB).values(isactive=False))
    assert dora.patch(f"/departments/{SALES}", {"manager_id": BOB}).errors[0]["code"] == "disabled"
    changed(api, update(t.department).where(t.department.c.id == SALES).values(manager_id=BOB))
    assert dora.patch(f"/departments/{SALES}", {"manager_id": BOB, "is_public": False}).status == 200
    dora.patch(f"/departments/{MAINTENANCE}", {"is_active": False})
    assert dora.post("/departments", json={"name": "New", "parent_id": MAINTENANCE}).fields == ["parent_id"]


def test_a_department_is_disabled_archived_and_taken_into_use_again(api: Api) -> None:
    dora = api.staff("dora")

    def state(**given: bool) -> tuple[bool, bool]:
        department = dora.patch(f"/departments/{SALES}", given).data
        return department["is_active"], department["is_archived"]

    assert state(is_active=False) == (False, False)
    assert state(is_archived=True) == (False, True)
    assert state(is_active=False) == (False, True)
    assert state(is_active=True) == (True, False)
    assert state(is_archived=True) == (False, True)
    assert state(is_archived=False) == (False, False)


def test_assigning_is_to_all_to_members_or_to_primary_members(api: Api) -> None:
    dora = api.staff("dora")
    names = ("assigns_to_members_only", "assigns_to_primary_members_only")
    dora.patch(f"/departments/{SALES}", {names[0]: True})
    sales = dora.patch(f"/departments/{SALES}", {names[1]: True}).data
    assert (sales[names[0]], sales[names[1]]) == (False, True)


def test_filters_that_send_tickets_to_a_disabled_department_are_marked(api: Api) -> None:
    def unit(tx: Write) -> None:
        tx.connection.execute(insert(t.filter_).values(id=50, name="To Sales", flags=0x4))
        values = {"filter_id": 50, "type": "dept", "configuration": f'{{"dept_id":{SALES}}}', "sort": 1}
        tx.connection.execute(insert(t.filter_action).values(**values))

    api.write(unit)
    flags = select(t.filter_.c.flags).where(t.filter_.c.id == 50)
    api.staff("dora").patch(f"/departments/{SALES}", {"is_archived": True})
    assert api.rows(flags)[0].flags == 0x6
    api.staff("dora").patch(f"/departments/{SALES}", {"is_active": True})
    assert api.rows(flags)[0].flags == 0x4


@pytest.mark.parametrize("body", [{"is_public": False}, {"is_active": False}, {"is_archived": True}])
def test_the_default_department_is_public_and_in_use(api: Api, body: dict[str, object]) -> None:
    dora = api.staff("dora")
    assert dora.get(f"/departments/{SUPPORT}").data["is_default"] is True
    answer = dora.patch(f"/departments/{SUPPORT}", body)
    assert (answer.status, answer.fields, answer.errors[0]["code"]) == (422, list(body), "is_default")


def test_a_department_changed_since_it_was_read_stays(api: Api) -> None:
    dora = api.staff("dora")
    tag = dora.get(f"/departments/{SALES}").headers["etag"]
    assert dora.patch(f"/departments/{SALES}", {"is_public": False}, headers={"If-Match": tag}).status == 200
    assert dora.patch(f"/departments/{SALES}", {"is_public": True}, headers={"If-Match": tag}).status == 412
    assert dora.delete(f"/departments/{SALES}", headers={"If-Match": tag}).status == 412


def test_an_agent_gets_access_with_a_role(api: Api) -> None:
    dora, charlie = api.staff("dora"), api.staff("charlie")
    path = f"/departments/{MAINTENANCE}/members/{CHARLIE}"
    assert charlie.get(f"/departments/{MAINTENANCE}").status == 404
    assert dora.request("PUT", path, json={}).fields == ["role_id"]
    made = dora.request("PUT", path, json={"role_id": VIEW_ONLY, "alerts": False})
    access = {"department": {"id": MAINTENANCE, "name": "Maintenance"}, "alerts": False}
    assert access | {"role": {"id": VIEW_ONLY, "name": "View only"}} in made.data["departments"]
    assert charlie.get(f"/departments/{MAINTENANCE}").status == 200
    assert charlie.get(f"/departments/{WORKPLACE}").status == 200, "what lies below comes with it"
    kept = dora.request("PUT", path, json={"role_id": EXPANDED}).data["departments"]
    assert [each["alerts"] for each in kept if each["department"]["id"] == MAINTENANCE] == [False]
    assert dora.delete(path).status == 204
    assert charlie.get(f"/departments/{MAINTENANCE}").status == 404
    assert dora.delete(path).status == 404


def test_the_role_in_the_primary_department_is_changed_there(api: Api) -> None:
    dora = api.staff("dora")
    path = f"/departments/{BILLING}/members/{CHARLIE}"
    answer = dora.request("PUT", path, json={"role_id": VIEW_ONLY})
    assert answer.data["role"] == {"id": VIEW_ONLY, "name": "View only"}
    assert BILLING not in {each["department"]["id"] for each in answer.data["departments"]}
    assert dora.request("PUT", path, json={"alerts": False}).fields == ["alerts"]
    assert (dora.delete(path).status, dora.delete(path).errors[0]["code"]) == (409, "primary_department")


@pytest.mark.parametrize("body", [{"role_id": 99}, {"role_id": None}, {"role_id": EXPANDED, "alerts": "loud"}])
def test_who_gets_access_has_a_role_that_is_there(api: Api, body: dict[str, object]) -> None:
    answer = api.staff("dora").request("PUT", f"/departments/{MAINTENANCE}/members/{CHARLIE}", json=body)
    assert answer.status == 422


def test_access_is_for_agents_and_departments_that_are_there(api: Api) -> None:
    dora = api.staff("dora")
    body = {"role_id": VIEW_ONLY}
    assert dora.request("PUT", f"/departments/{MAINTENANCE}/members/99", json=body).status == 404
    assert dora.request("PUT", f"/departments/99/members/{CHARLIE}", json=body).status == 404


def _put_into(api: Api, department_id: int) -> None:
    """A ticket, a task, a topic, an address and a canned response that belong to a department."""

    def unit(tx: Write) -> None:
        for table, key, identifier in (
            (t.ticket, t.ticket.c.ticket_id, 1),
            (t.task, t.task.c.id, 1),
            (t.help_topic, t.help_topic.c.topic_id, 1),
            (t.email, t.email.c.email_id, 2),
            (t.canned_response, t.canned_response.c.canned_id, 1),
        ):
            tx.change(update(table).where(key == identifier).values(dept_id=department_id))

    api.write(unit)


def _places(api: Api) -> list[int | None]:
    """The departments that these things are in now."""
    keys = (
        t.ticket.c.ticket_id == 1,
        t.task.c.id == 1,
        t.canned_response.c.canned_id == 1,
        t.help_topic.c.topic_id == 1,
        t.email.c.email_id == 2,
    )
    tables = (t.ticket, t.task, t.canned_response, t.help_topic, t.email)
    return [api.rows(select(table.c.dept_id).where(key))[0][0] for table, key in zip(tables, keys, strict=True)]


def test_what_is_in_a_deleted_department_goes_to_the_default_one(api: Api) -> None:
    logistics = add(api, "Logistics")
    api.staff("dora").request("PUT", f"/departments/{logistics}/members/{CHARLIE}", json={"role_id": VIEW_ONLY})
    _put_into(api, logistics)
    assert api.staff("dora").delete(f"/departments/{logistics}").status == 204
    assert api.staff("dora").get(f"/departments/{logistics}").status == 404
    assert _places(api) == [SUPPORT, SUPPORT, SUPPORT, None, None]
    access = t.staff_dept_access
    assert not api.rows(select(access).where(access.c.dept_id == logistics))
    assert api.staff("alice").get("/tickets/1").data["department"]["id"] == SUPPORT


def test_what_is_in_a_deleted_department_goes_where_it_is_asked_to(api: Api) -> None:
    logistics = add(api, "Logistics")
    _put_into(api, logistics)
    assert api.staff("dora").delete(f"/departments/{logistics}?move_to={SALES}").status == 204
    assert _places(api) == [SALES] * 5


def test_a_dry_run_tells_what_would_move(api: Api) -> None:
    logistics = add(api, "Logistics")
    _put_into(api, logistics)
    effects = api.staff("dora").delete(f"/departments/{logistics}?dry_run=true&move_to={SALES}").data["effects"]
    moved = {"tickets": 1, "tasks": 1, "canned_responses": 1, "topics": 1, "emails": 1}
    assert effects[0] == {"kind": "department", "id": SALES, "receives": moved}
    assert effects[1] == {"kind": "department", "id": logistics, "deleted": True}
    assert _places(api) == [logistics] * 5


def test_a_dry_run_tells_of_a_change_in_the_words_of_the_api(api: Api) -> None:
    body = {"parent_id": None, "alert_recipients": "nobody"}
    effects = api.staff("dora").patch(f"/departments/{WORKPLACE}?dry_run=true", body).data["effects"]
    assert [effect["changed"].keys() for effect in effects] == [{"parent_id", "alert_recipients"}]


@pytest.mark.parametrize("move_to", ["99", "self", "0", "x"])
def test_what_moves_needs_a_department_in_use(api: Api, move_to: str) -> None:
    logistics = add(api, "Logistics")
    target = str(logistics) if move_to == "self" else move_to
    answer = api.staff("dora").delete(f"/departments/{logistics}?move_to={target}")
    assert (answer.status, answer.fields) == (422, ["move_to"])


def test_a_department_that_is_needed_stays(api: Api) -> None:
    dora = api.staff("dora")
    default = dora.delete(f"/departments/{SUPPORT}")
    assert (default.status, default.errors[0]["code"]) == (409, "is_default")
    billing = dora.delete(f"/departments/{BILLING}")
    assert (billing.status, billing.errors[0]["code"]) == (409, "in_use")
    assert billing.errors[0]["detail"] == {"agents": 1}
    maintenance = dora.delete(f"/departments/{MAINTENANCE}")
    assert maintenance.errors[0]["detail"] == {"child departments": 1}


def test_departments_are_set_up_by_administrators(api: Api) -> None:
    alice = api.staff("alice")
    assert alice.post("/departments", json={"name": "Mine"}).status == 403
    assert alice.patch(f"/departments/{SUPPORT}", {"name": "Mine"}).status == 403
    assert alice.delete(f"/departments/{SALES}").status == 403
    assert alice.request("PUT", f"/departments/{SALES}/members/{ALICE}", json={"role_id": 1}).status == 403
