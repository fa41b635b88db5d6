"""Organizations over HTTP."""

import pytest
from sqlalchemy import select

from osticket_api.db import tables as t
from tests.features.tickets import acts
from tests.fixtures.api import Api

ACME = 1
UMA, UGO, ULF, NINA = 1, 2, 3, 4


def test_an_organization_is_shown_with_manager_counts_and_contacts(api: Api) -> None:
    acme = api.staff("alice").get(f"/organizations/{ACME}").data
    assert acme["manager"] == {"kind": "staff", "id": acts.ALICE, "name": "Alice Archer"}
    assert (acme["domain"], acme["user_count"]) == (["acme.example"], 2)
    assert (acme["share_everything"], acme["share_primary_contacts"]) == (True, False)
    assert acme["primary_contacts"] == [{"id": UMA, "name": "Uma Underwood"}]
    assert acme["custom_fields"]["website"] == "https://acme.example"
    tickets = api.staff("alice").get(f"/organizations/{ACME}/tickets", params={"state": "open", "per_page": 100})
    assert acme["ticket_counts"]["open"] == tickets.meta["total"] > 0
    assert {ticket["user"]["id"] for ticket in tickets.data} == {UMA, UGO}


def test_organizations_are_listed_filtered_and_sorted(api: Api) -> None:
    alice = api.staff("alice")
    alice.post("/organizations", {"name": "Beta Ltd", "domain": ["beta.example", "beta.test"]})
    listed = alice.get("/organizations", params={"sort": "-name", "fields": "name"})
    assert [each["name"] for each in listed.data][-2:] == ["Beta Ltd", "Acme Corp"]
    for query in ({"domain": "beta.test"}, {"q": "BETA"}, {"name": "beta ltd"}):
        assert [each["name"] for each in alice.get("/organizations", params=query).data] == ["Beta Ltd"]
    assert alice.get("/organizations", params={"domain": "beta"}).data == []
    managed = alice.get("/organizations", params={"manager_staff_id": str(acts.ALICE)})
    assert [each["id"] for each in managed.data] == [ACME]
    assert alice.get("/organizations", params={"manager_team_id": "1"}).data == []


def test_only_primary_contacts_of_users_see_their_organization(api: Api) -> None:
    uma, ugo = api.user("uma"), api.user("ugo")
    seen = uma.get(f"/organizations/{ACME}").data
    assert (seen["name"], seen["manager"], seen["assigns_to_manager"]) == ("Acme Corp", None, None)
    assert "notes" not in seen["custom_fields"]
    assert {user["id"] for user in uma.get(f"/organizations/{ACME}/users").data} == {UMA, UGO}
    assert ugo.get(f"/organizations/{ACME}").status == 404
    assert ugo.get(f"/organizations/{ACME}/users").status == 404
    assert ugo.get(f"/organizations/{ACME}/tickets").status == 404


def test_an_organization_is_created_as_asked(api: Api) -> None:
    body = {
        "name": "Beta Ltd",
        "domain": ["Beta.example"],
        "manager": {"kind": "team", "id": acts.FIRST_LEVEL},
        "share_primary_contacts": False,
        "assigns_to_manager": True,
        "custom_fields": {"phone": "555-2222"},
    }
    alice = api.staff("alice")
    answer = alice.post("/organizations", body)
    assert answer.status == 201, answer.errors
    made = answer.data
    assert (made["domain"], made["manager"]["kind"], made["user_count"]) == (["beta.example"], "team", 0)
    assert (made["share_primary_contacts"], made["assigns_to_manager"]) == (False, True)
    assert made["custom_fields"]["phone"] == "5552222"
    assert alice.get(answer.headers["location"].removeprefix("/api/v2")).data == made
    member = alice.post("/users", {"email": "ben@beta.example", "name": "Ben"})
    assert member.data["organization"] == {"id": made["id"], "name": "Beta Ltd"}


def test_names_are_given_once(api: Api) -> None:
    alice = api.staff("alice")
    answer = alice.post("/organizations", {"name": "ACME corp"})
    assert (answer.status, answer.fields) == (409, ["name"])
    assert answer.errors[0]["detail"] == {"organization": {"id": ACME, "name": "Acme Corp"}}
    beta = alice.post("/organizations", {"name": "Beta Ltd"}).data["id"]
    assert alice.patch(f"/organizations/{beta}", {"name": "Acme Corp"}).status == 409
    assert alice.patch(f"/organizations/{beta}", {"name": "BETA Ltd"}).data["name"] == "BETA Ltd"


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"name": " "}, ["name"]),
        ({"name": "B", "domain": ["not a domain"]}, ["domain.0"]),
        ({"name": "B", "domain": [f"{'x' * 60}{i}.example" for i in range(5)]}, ["domain"]),
        ({"name": "B", "manager": {"kind": "staff", "id": 999}}, ["manager"]),
        ({"name": "B", "custom_fields": {"shoe": 1}}, ["custom_fields.shoe"]),
    ],
)
def test_bad_organizations_are_refused(api: Api, body: dict[str, object], fields: list[str]) -> None:
    answer = api.staff("alice").post("/organizations", body)
    assert (answer.status, answer.fields) == (422, fields)


def test_a_change_leaves_what_is_absent_and_keeps_contacts(api: Api) -> None:
    alice = api.staff("alice")
    before = alice.get(f"/organizations/{ACME}")
    headers = {"If-Match": before.headers["etag"]}
    changed = alice.patch(f"/organizations/{ACME}", {"name": "Acme Corporation", "manager": None}, headers=headers)
    assert changed.status == 200, changed.errors
    expected = before.data | {"name": "Acme Corporation", "manager": None, "updated_at": changed.data["updated_at"]}
    assert changed.data == expected
    assert alice.patch(f"/organizations/{ACME}", {"name": "X"}, headers=headers).status == 412
    (row,) = api.rows(select(t.search.c.title).where(t.search.c.object_type == "O", t.search.c.object_id == ACME))
    assert row.title == "Acme Corporation"


def test_primary_contacts_are_chosen_among_members(api: Api) -> None:
    alice = api.staff("alice")
    changed = alice.patch(f"/organizations/{ACME}", {"primary_contacts": [UGO]})
    assert [each["id"] for each in changed.data["primary_contacts"]] == [UGO]
    stranger = alice.patch(f"/organizations/{ACME}", {"primary_contacts": [ULF]})
    assert (stranger.status, stranger.fields) == (422, ["primary_contacts"])


def test_members_come_and_go(api: Api) -> None:
    alice = api.staff("alice")
    assert alice.request("PUT", f"/organizations/{ACME}/users/{ULF}").data["user_count"] == 3
    contact = alice.request("PUT", f"/organizations/{ACME}/users/{ULF}", json={"is_primary_contact": True})
    assert [each["id"] for each in contact.data["primary_contacts"]] == [UMA, ULF]
    assert alice.delete(f"/organizations/{ACME}/users/{ULF}").status == 204
    (row,) = api.rows(select(t.user.c.org_id, t.user.c.status).where(t.user.c.id == ULF))
    assert (row.org_id, row.status) == (None, 0)
    assert alice.delete(f"/organizations/{ACME}/users/{ULF}").status == 404
    assert alice.request("PUT", f"/organizations/{ACME}/users/999").status == 404


def test_members_and_tickets_outlive_their_organization(api: Api) -> None:
    alice = api.staff("alice")
    alice.post(f"/organizations/{ACME}/notes", {"body": "<p>x</p>"})
    assert alice.delete(f"/organizations/{ACME}").status == 204
    uma = alice.get(f"/users/{UMA}").data
    assert (uma["organization"], uma["is_primary_contact"]) == (None, False)
    assert uma["ticket_counts"]["open"] > 0
    left = [
        select(t.note.c.id),
        select(t.organization_cdata.c.org_id).where(t.organization_cdata.c.org_id == ACME),
        select(t.form_entry.c.id).where(t.form_entry.c.object_type == "O", t.form_entry.c.object_id == ACME),
        select(t.search.c.title).where(t.search.c.object_type == "O", t.search.c.object_id == ACME),
    ]
    assert [api.rows(each) for each in left] == [[], [], [], []]


def test_rights_are_asked_one_by_one(api: Api) -> None:
    bob = api.staff("bob")
    acts.set_staff(api, acts.BOB, permissions='{"user.edit":1}')
    answers = [
        bob.post("/organizations", {"name": "Beta"}),
        bob.patch(f"/organizations/{ACME}", {"name": "Beta"}),
        bob.delete(f"/organizations/{ACME}"),
        bob.request("PUT", f"/organizations/{ACME}/users/{UGO}", json={"is_primary_contact": True}),
        bob.get("/organizations"),
    ]
    wanted = ["org.create", "org.edit", "org.delete", "org.edit", "user.dir"]
    assert [answer.errors[0]["detail"]["permission"] for answer in answers] == wanted
    assert bob.request("PUT", f"/organizations/{ACME}/users/{NINA}").status == 200
