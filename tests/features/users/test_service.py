"""The directory of users over HTTP."""

import pytest
from sqlalchemy import select

from osticket_api.db import tables as t
from tests.features.tickets import acts
from tests.fixtures.api import Api

UMA, UGO, ULF, NINA, OMAR = 1, 2, 3, 4, 5


def test_the_directory_is_paged_sorted_and_filtered(api: Api) -> None:
    alice = api.staff("alice")
    first = alice.get("/users", params={"sort": "name", "per_page": 2})
    assert [user["name"] for user in first.data] == ["Nina North", "Omar Ortiz"]
    assert first.meta["total"] == 5
    rest = alice.get("/users", params={"sort": "name", "cursor": first.meta["next_cursor"]})
    assert [user["id"] for user in rest.data] == [UGO, ULF, UMA]
    found = {
        "acme": {UMA, UGO},
        "me Corp": {UMA, UGO},
        "north": {NINA},
    }
    for text, ids in found.items():
        assert {user["id"] for user in alice.get("/users", params={"q": text}).data} == ids
    assert [user["id"] for user in alice.get("/users", params={"email": "UMA@acme.example"}).data] == [UMA]
    assert {user["id"] for user in alice.get("/users", params={"organization_id": "none"}).data} == {ULF, NINA, OMAR}
    assert {user["id"] for user in alice.get("/users", params={"registered": "false"}).data} == {NINA, OMAR}
    assert alice.get("/users", params={"locked": "true"}).data == []
    assert alice.get("/users", params={"fields": "id,name", "q": "nina"}).data == [{"id": NINA, "name": "Nina North"}]


def test_wrong_filters_are_named(api: Api) -> None:
    answer = api.staff("alice").get("/users", params={"organization_id": "x", "created_after": "soon"})
    assert (answer.status, sorted(map(str, answer.fields))) == (422, ["created_after", "organization_id"])
    assert api.staff("alice").get("/users", params={"sort": "email"}).errors[0]["code"] == "unknown_sort_key"


def test_a_user_is_shown_with_addresses_account_and_counts(api: Api) -> None:
    user = api.staff("alice").get(f"/users/{UMA}").data
    assert user["emails"] == [{"id": user["emails"][0]["id"], "email": "uma@acme.example", "is_default": True}]
    assert user["organization"]["name"] == "Acme Corp"
    assert (user["is_registered"], user["is_active"], user["is_locked"]) == (True, True, False)
    assert user["account"]["username"] == "uma"
    listed = api.staff("alice").get(f"/users/{UMA}/tickets", params={"per_page": 100, "state": "open"})
    assert user["ticket_counts"]["open"] == listed.meta["total"] > 0


def test_agents_without_rights_see_the_users_of_their_tickets(api: Api) -> None:
    api.write(lambda tx: tx.change(t.ticket.delete().where(t.ticket.c.user_id == OMAR)))
    bob = api.staff("bob")
    assert bob.get(f"/users/{UMA}").status == 200
    assert bob.get(f"/users/{OMAR}").status == 404
    assert bob.get("/users").errors[0]["detail"] == {"permission": "user.dir"}


def test_contacts_see_members_without_their_accounts(api: Api) -> None:
    seen = api.user("uma").get(f"/users/{UGO}")
    assert (seen.status, seen.data["account"]) == (200, None)
    assert "notes" not in seen.data["custom_fields"]
    assert api.user("ugo").get(f"/users/{UMA}").status == 404
    assert api.user("uma").get(f"/users/{ULF}").status == 404


def test_a_user_is_created_with_contact_form_and_organization_of_the_domain(api: Api) -> None:
    alice = api.staff("alice")
    answer = alice.post("/users", {"email": "zoe@acme.example", "name": "Zulu, Zoe", "phone": "318-555-8634"})
    assert answer.status == 201, answer.errors
    assert answer.headers["location"] == f"/api/v2/users/{answer.data['id']}"
    assert answer.data["name"] == "Zoe Zulu"
    assert answer.data["phone"] == "3185558634"
    assert answer.data["organization"]["name"] == "Acme Corp"
    assert alice.get(f"/users/{answer.data['id']}").data == answer.data
    alone = alice.post("/users", {"email": "yan@acme.example", "name": "Yan", "organization_id": None})
    assert alone.data["organization"] is None


def test_an_address_belongs_to_one_user(api: Api) -> None:
    answer = api.staff("alice").post("/users", {"email": "UMA@acme.example", "name": "Other"})
    assert (answer.status, answer.errors[0]["code"], answer.fields) == (409, "email_taken", ["email"])
    assert answer.errors[0]["detail"] == {"user": {"id": UMA, "name": "Uma Underwood"}}


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"email": "nope", "name": ""}, ["email", "name"]),
        ({"email": "a@b.example", "name": "A", "organization_id": 999}, ["organization_id"]),
        ({"email": "a@b.example", "name": "A", "custom_fields": {"shoe": 4}}, ["custom_fields.shoe"]),
        ({"email": "a@b.example", "name": "A", "phone": "x"}, ["custom_fields.phone"]),
    ],
)
def test_bad_users_are_refused(api: Api, body: dict[str, object], fields: list[str]) -> None:
    answer = api.staff("alice").post("/users", body)
    assert (answer.status, answer.fields) == (422, fields)


def test_a_user_is_changed_in_parts(api: Api) -> None:
    alice = api.staff("alice")
    before = alice.get(f"/users/{NINA}")
    body = {"name": "Nina South", "email": "nina@south.example", "custom_fields": {"notes": "<p>Moved</p>"}}
    answer = alice.patch(f"/users/{NINA}", body, headers={"If-Match": before.headers["etag"]})
    assert answer.status == 200, answer.errors
    assert (answer.data["name"], answer.data["email"]) == ("Nina South", "nina@south.example")
    assert answer.data["emails"][0]["id"] == before.data["emails"][0]["id"]
    assert answer.data["custom_fields"]["notes"] == "<p>Moved</p>"
    search = t.search.c
    (row,) = api.rows(select(search.title, search.content).where(search.object_type == "U", search.object_id == NINA))
    assert (row.title, row.content) == ("Nina South", "Moved nina@south.example")
    stale = alice.patch(f"/users/{NINA}", {"name": "X"}, headers={"If-Match": before.headers["etag"]})
    assert stale.status == 412
    cleared = alice.patch(f"/users/{NINA}", {"custom_fields": {"notes": None}})
    assert not cleared.data["custom_fields"]["notes"]


def test_nothing_changes_when_all_is_as_it_was(api: Api) -> None:
    alice = api.staff("alice")
    before = alice.get(f"/users/{UMA}").data
    same = {"name": before["name"], "email": before["email"], "organization_id": before["organization"]["id"]}
    assert alice.patch(f"/users/{UMA}", same).data == before


def test_who_changes_the_organization_is_no_contact_there(api: Api) -> None:
    alice = api.staff("alice")
    assert alice.get(f"/users/{UMA}").data["is_primary_contact"] is True
    assert alice.patch(f"/users/{UMA}", {"organization_id": None}).data["organization"] is None
    (row,) = api.rows(select(t.user.c.org_id, t.user.c.status).where(t.user.c.id == UMA))
    assert (row.org_id, row.status) == (None, 0)


def test_a_user_has_several_addresses_and_one_default(api: Api) -> None:
    alice = api.staff("alice")
    added = alice.post(f"/users/{NINA}/emails", {"email": "nina@home.example"})
    assert added.status == 201, added.errors
    first, second = added.data["emails"]
    assert (first["is_default"], second["is_default"]) == (True, False)
    assert alice.post(f"/users/{OMAR}/emails", {"email": "NINA@home.example"}).status == 409
    assert alice.delete(f"/users/{NINA}/emails/{first['id']}").errors[0]["code"] == "default_email"
    swapped = alice.patch(f"/users/{NINA}", {"email": "nina@home.example"}).data
    assert swapped["email"] == "nina@home.example"
    assert len(swapped["emails"]) == 2
    assert alice.delete(f"/users/{NINA}/emails/{first['id']}").status == 204
    assert alice.delete(f"/users/{NINA}/emails/{first['id']}").status == 404
    assert alice.delete(f"/users/{UMA}/emails/{second['id']}").status == 404


def test_rights_are_asked_one_by_one(api: Api) -> None:
    bob = api.staff("bob")
    acts.set_staff(api, acts.BOB, permissions='{"user.edit":1}')
    assert bob.patch(f"/users/{NINA}", {"name": "N"}).status == 200
    assert bob.post("/users", {"email": "a@b.example", "name": "A"}).errors[0]["detail"] == {
        "permission": "user.create"
    }
    assert bob.delete(f"/users/{NINA}").errors[0]["detail"] == {"permission": "user.delete"}
    assert bob.post(f"/users/{NINA}/lock").errors[0]["detail"] == {"permission": "user.manage"}


def test_a_dry_run_changes_nobody(api: Api) -> None:
    alice = api.staff("alice")
    answer = alice.request("PATCH", f"/users/{NINA}?dry_run=true", json={"name": "Nobody"})
    assert answer.data["effects"] == [{"kind": "user", "id": NINA, "changed": {"name": ["Nina North", "Nobody"]}}]
    assert alice.get(f"/users/{NINA}").data["name"] == "Nina North"
