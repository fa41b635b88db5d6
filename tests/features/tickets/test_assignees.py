"""Who can take a ticket."""

from typing import Any

from sqlalchemy import update

from osticket_api.db import tables as t
from tests.fixtures.api import Api
from tests.fixtures.counting import fewest_queries

ALICE, BOB = 2, 3


def change_staff(api: Api, staff_id: int, **values: Any) -> None:
    def unit(tx: Any) -> None:
        tx.change(update(t.staff).where(t.staff.c.staff_id == staff_id).values(**values))

    api.write(unit)


def test_agents_and_teams_are_listed_with_load_and_absence(api: Api) -> None:
    change_staff(api, BOB, onvacation=True)
    answer = api.staff("alice").get("/tickets/26/assignees?per_page=100")
    assert answer.status == 200
    choices = {(each["kind"], each["id"]): each for each in answer.data}
    assert answer.meta["total"] == len(answer.data)
    assert choices["staff", ALICE]["is_current"]
    assert not choices["staff", BOB]["is_available"]
    assert [each["is_available"] for each in answer.data] == sorted(
        (each["is_available"] for each in answer.data), reverse=True
    )
    assert any(kind == "team" for kind, _ in choices)
    open_tickets = api.staff("alice").get(f"/staff/{ALICE}/tickets?state=open").meta["total"]
    assert choices["staff", ALICE]["open_ticket_count"] >= open_tickets > 0


def test_whoever_is_listed_as_available_can_be_given_the_ticket(api: Api) -> None:
    alice = api.staff("alice")
    for each in alice.get("/tickets/26/assignees?per_page=100").data:
        answer = alice.post("/tickets/26/assign?dry_run=true", {f"{each['kind']}_id": each["id"]})
        assert (answer.status == 200) == (each["is_available"] and not each["is_current"]), (each, answer.errors)


def test_departments_that_give_tickets_to_members_only_list_members(api: Api) -> None:
    alice = api.staff("alice")
    department = alice.get("/tickets/26").data["department"]["id"]

    def members_only(tx: Any) -> None:
        flags = t.department.c.flags.bitwise_or(1)
        tx.change(update(t.department).where(t.department.c.id == department).values(flags=flags))

    api.write(members_only)
    for each in alice.get("/tickets/26/assignees?per_page=100&kind=staff").data:
        answer = alice.post("/tickets/26/assign?dry_run=true", {"staff_id": each["id"]})
        assert answer.status == 200 or each["is_current"] or not each["is_available"]
    agents = {each["id"] for each in alice.get("/staff?assignable_to=26&per_page=100").data}
    listed = alice.get("/tickets/26/assignees?per_page=100&kind=staff").data
    assert agents == {each["id"] for each in listed if each["is_available"]}


def test_a_text_finds_parts_of_names(api: Api) -> None:
    found = api.staff("alice").get("/tickets/26/assignees?q=ali").data
    assert [each["username"] for each in found if each["kind"] == "staff"] == ["alice"]
    assert api.staff("alice").get("/tickets/26/assignees?q=%25").data == []


def test_the_list_takes_as_many_queries_for_any_length(api: Api) -> None:
    alice = api.staff("alice")
    few, many = (fewest_queries(alice, f"/tickets/26/assignees?per_page={size}") for size in (1, 100))
    assert few == many <= 4


def test_agents_are_found_by_department_and_team(api: Api) -> None:
    dora = api.staff("dora")
    for agent in dora.get("/staff?per_page=100").data:
        primary = agent["department"]["id"]
        found = {each["id"] for each in dora.get(f"/staff?department_id={primary}&per_page=100").data}
        assert agent["id"] in found
        for member in agent["teams"]:
            team = member["id"] if "id" in member else member["team"]["id"]
            assert agent["id"] in {each["id"] for each in dora.get(f"/staff?team_id={team}&per_page=100").data}
    assert dora.get("/staff?team_id=999").data == []
    assert dora.get("/staff?team_id=x").fields == ["team_id"]
    assert dora.get("/staff?assignable_to=99999").status == 404
    assert api.staff("bob").get("/staff?assignable_to=26").status == 403
