"""Departments over HTTP."""

from sqlalchemy import update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.fixtures.api import Api

SUPPORT, SALES, MAINTENANCE, BILLING, WORKPLACE = 1, 2, 3, 4, 5
CHARLIE, DORA = 4, 5


def set_department(api: Api, department_id: int, **values: object) -> None:
    def unit(tx: Write) -> None:
        tx.change(update(t.department).where(t.department.c.id == department_id).values(**values))

    api.write(unit)


def names(answer: object) -> list[str]:
    return [each["name"] for each in answer.data]  # type: ignore[attr-defined]


def test_agents_see_all_departments_or_their_own(api: Api) -> None:
    assert names(api.staff("alice").get("/departments")) == ["Billing", "Maintenance", "Sales", "Support", "Workplace"]
    assert names(api.staff("charlie").get("/departments")) == ["Billing"]
    assert api.staff("charlie").get(f"/departments/{SUPPORT}").status == 404


def test_a_manager_sees_the_department(api: Api) -> None:
    set_department(api, SALES, manager_id=CHARLIE)
    charlie = api.staff("charlie")
    assert names(charlie.get("/departments")) == ["Billing", "Sales"]
    sales = charlie.get(f"/departments/{SALES}").data
    assert sales["manager"] == {"id": CHARLIE, "name": "Charlie Carter", "username": "charlie"}
    assert sales["member_count"] == 3


def test_a_department_tells_how_it_works(api: Api) -> None:
    set_department(api, WORKPLACE, flags=0x08 | 0x02 | 0x10, signature="<p>Yours<script>x</script></p>")
    workplace = api.staff("alice").get(f"/departments/{WORKPLACE}").data
    assert (workplace["parent_id"], workplace["full_name"]) == (MAINTENANCE, "Maintenance / Workplace")
    assert workplace["sla"] == {"id": 2, "name": "Urgent 4h"}
    assert (workplace["is_active"], workplace["is_archived"], workplace["is_public"]) == (False, True, True)
    assert (workplace["claims_on_reply"], workplace["assigns_to_primary_members_only"]) == (False, True)
    assert (workplace["assigns_on_reopen"], workplace["assigns_to_members_only"]) == (True, False)
    assert workplace["signature"] == "<p>Yours</p>"


def test_users_see_names_of_public_departments_in_use(api: Api) -> None:
    set_department(api, SALES, ispublic=False)
    set_department(api, BILLING, flags=0)
    uma = api.user("uma")
    assert uma.get("/departments?fields=id,name,signature").data == [
        {"id": MAINTENANCE, "name": "Maintenance"},
        {"id": SUPPORT, "name": "Support"},
        {"id": WORKPLACE, "name": "Workplace"},
    ]
    assert uma.get(f"/departments/{SUPPORT}").data == {"id": SUPPORT, "name": "Support"}
    assert uma.get(f"/departments/{SALES}").status == 404
    assert uma.get(f"/departments/{SUPPORT}/members").status == 403


def test_departments_are_searched_and_filtered(api: Api) -> None:
    set_department(api, BILLING, flags=0)
    alice = api.staff("alice")
    assert names(alice.get("/departments?q=WORK")) == ["Workplace"]
    assert names(alice.get("/departments?active=false")) == ["Billing"]
    assert "Billing" not in names(alice.get("/departments?active=true"))
    page = alice.get("/departments?per_page=2&sort=-name")
    assert names(page) == ["Workplace", "Support"]
    assert page.meta["total"] == 5


def test_members_are_all_who_belong_to_a_department(api: Api) -> None:
    members = api.staff("charlie").get(f"/departments/{BILLING}/members")
    assert [each["username"] for each in members.data] == ["charlie", "dora"]
    assert api.staff("alice").get(f"/departments/{BILLING}").data["member_count"] == 2
    assert api.staff("alice").get("/departments/99/members").status == 404
