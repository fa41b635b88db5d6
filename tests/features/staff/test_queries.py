"""Agents over HTTP."""

from sqlalchemy import update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.fixtures.api import Api

ALICE, BOB, CHARLIE, DORA = 2, 3, 4, 5


def usernames(answer: object) -> set[str]:
    return {each["username"] for each in answer.data}  # type: ignore[attr-defined]


def test_agents_see_all_agents_or_those_of_their_departments(api: Api) -> None:
    assert usernames(api.staff("alice").get("/staff")) == {"admin", "alice", "bob", "charlie", "dora"}
    assert usernames(api.staff("bob").get("/staff")) == {"admin", "alice", "bob", "dora"}
    assert usernames(api.staff("charlie").get("/staff")) == {"charlie", "dora"}
    assert api.staff("charlie").get(f"/staff/{ALICE}").status == 404
    assert api.staff("alice").get(f"/staff/{CHARLIE}").status == 200
    assert api.user("uma").get("/staff").status == 403


def test_an_agent_is_shown_with_departments_teams_and_permissions(api: Api) -> None:
    dora = api.staff("alice").get(f"/staff/{DORA}").data
    assert (dora["username"], dora["is_admin"], dora["is_active"]) == ("dora", True, True)
    assert dora["name"] == f"{dora['first_name']} {dora['last_name']}"
    assert dora["department"] == {"id": 1, "name": "Support"}
    assert dora["role"] == {"id": 1, "name": "All Access"}
    assert [each["department"]["name"] for each in dora["departments"]] == [
        "Billing", "Maintenance", "Sales", "Workplace",
    ]  # fmt: skip
    assert dora["departments"][0]["role"] == {"id": 1, "name": "All Access"}
    assert dora["departments"][0]["alerts"] is True
    assert dora["teams"] == [{"id": 2, "name": "Escalation", "alerts": True}]
    assert "search.all" in dora["permissions"]


def test_a_password_never_leaves(api: Api) -> None:
    (stored,) = api.rows(t.staff.select().where(t.staff.c.staff_id == ALICE))
    for path in ("/staff", f"/staff/{ALICE}", "/staff/me", "/departments/1/members"):
        answer = api.staff("alice").get(path)
        assert stored.passwd.encode() not in answer.content
        assert b'"password"' not in answer.content
        assert b"passwd" not in answer.content


def test_me_is_the_agent_who_calls(api: Api) -> None:
    bob = api.staff("bob")
    assert bob.get("/staff/me").data == bob.get(f"/staff/{BOB}").data
    assert api.user("uma").get("/staff/me").status == 403


def test_agents_are_searched_filtered_and_paged(api: Api) -> None:
    def lock(tx: Write) -> None:
        tx.change(update(t.staff).where(t.staff.c.staff_id == BOB).values(isactive=False))

    api.write(lock)
    alice = api.staff("alice")
    name = alice.get(f"/staff/{CHARLIE}").data["name"]
    assert usernames(alice.get("/staff", params={"q": name})) == {"charlie"}
    assert usernames(alice.get("/staff?active=false")) == {"bob"}
    assert "bob" not in usernames(alice.get("/staff?active=true"))
    first = alice.get("/staff?per_page=2&sort=-username&fields=id,username")
    assert first.data == [{"id": DORA, "username": "dora"}, {"id": CHARLIE, "username": "charlie"}]
    assert first.meta["total"] == 5
    rest = alice.get(f"/staff?per_page=5&sort=-username&cursor={first.meta['next_cursor']}")
    assert [each["username"] for each in rest.data] == ["bob", "alice", "admin"]


def test_tickets_of_an_agent_are_those_the_caller_may_see(api: Api) -> None:
    tickets = api.staff("bob").get(f"/staff/{ALICE}/tickets")
    assert tickets.data
    assert {ticket["staff"]["username"] for ticket in tickets.data} == {"alice"}
    seen = {ticket["id"] for ticket in api.staff("bob").get("/tickets?per_page=100").data}
    assert {ticket["id"] for ticket in tickets.data} <= seen
    assert api.staff("charlie").get(f"/staff/{ALICE}/tickets").status == 404
