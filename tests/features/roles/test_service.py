"""Setting up roles over HTTP."""

import pytest

from osticket_api.errors import Conflict
from osticket_api.features.roles.service import ROLES
from tests.fixtures.api import Api

ROLE = {"name": "First line", "permissions": ["ticket.reply", "ticket.create"]}


def test_a_role_is_added_changed_and_deleted(api: Api) -> None:
    dora = api.staff("dora")
    made = dora.post("/roles", json={**ROLE, "notes": "For trainees"})
    assert (made.status, made.data["permissions"]) == (201, ["ticket.create", "ticket.reply"])
    path = f"/roles/{made.data['id']}"
    assert made.headers["location"] == f"/api/v2{path}"
    changed = dora.patch(path, json={"permissions": ["task.reply"], "is_active": False, "notes": None})
    assert (changed.data["permissions"], changed.data["is_active"], changed.data["notes"]) == (
        ["task.reply"],
        False,
        None,
    )
    assert dora.delete(path).status == 204
    assert dora.get(path).status == 404


def test_what_a_role_allows_holds_for_everybody_who_has_it(api: Api) -> None:
    alice, bob, dora = api.staff("alice"), api.staff("bob"), api.staff("dora")
    dora.patch("/roles/1", json={"permissions": ["ticket.close"]})
    dora.patch("/roles/4", json={"permissions": ["ticket.reply"]})
    assert alice.post("/tickets/1/reply", json={"body": "Done"}).status == 403
    assert bob.post("/tickets/1/reply", json={"body": "Done"}).status == 201


def test_a_name_is_given_once(api: Api) -> None:
    dora = api.staff("dora")
    for answer in (
        dora.post("/roles", json={**ROLE, "name": "View only"}),
        dora.patch("/roles/1", json={"name": "view only"}),
    ):
        assert (answer.status, answer.errors[0]["field"], answer.errors[0]["detail"]) == (
            409,
            "name",
            {"role": {"id": 4}},
        )
    assert dora.patch("/roles/4", json={"name": "View Only"}).data["name"] == "View Only"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"permissions": []}, "permissions"),
        ({"permissions": ["ticket.replay"]}, "permissions.0"),
        ({"permissions": None}, "permissions"),
        ({"name": " <b></b> "}, "name"),
        ({"name": "x" * 65}, "name"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_no_role_is_refused_by_field(api: Api, body: dict[str, object], field: str) -> None:
    answer = api.staff("dora").patch("/roles/1", json=body)
    assert (answer.status, answer.errors[0]["field"]) == (422, field)


def test_a_permission_that_is_misspelt_is_told_the_right_way(api: Api) -> None:
    answer = api.staff("dora").post("/roles", json={**ROLE, "permissions": ["ticket.replay"]})
    assert "ticket.reply" in answer.errors[0]["message"]


def test_a_role_in_use_stays(api: Api) -> None:
    answer = api.staff("dora").delete("/roles/1")
    assert (answer.status, answer.errors[0]["code"]) == (409, "in_use")
    assert answer.errors[0]["detail"]["primary departments"] >= 1


def test_a_role_changed_since_it_was_read_stays(api: Api) -> None:
    dora = api.staff("dora")
    tag = dora.get("/roles/4").headers["etag"]
    assert dora.patch("/roles/4", json={"notes": "One"}, headers={"If-Match": tag}).status == 200
    assert dora.patch("/roles/4", json={"notes": "Two"}, headers={"If-Match": tag}).status == 412
    assert dora.delete("/roles/4", headers={"If-Match": tag}).status == 412


def test_a_dry_run_tells_what_would_happen(api: Api) -> None:
    dora = api.staff("dora")
    answer = dora.patch("/roles/4?dry_run=true", json={"notes": "One"})
    assert answer.data["effects"] == [{"kind": "role", "id": 4, "changed": {"notes": [None, "One"]}}]
    assert dora.get("/roles/4").data["notes"] is None


def test_who_comes_second_with_the_same_name_is_told(api: Api) -> None:
    """What only the database's own key can tell: two requests that both found the name free."""
    with pytest.raises(Conflict) as refused:
        api.write(lambda tx: ROLES.insert(tx, name="View only", permissions="{}"))
    assert refused.value.faults[0].code == "duplicate"
    assert api.staff("dora").get("/roles").meta["total"] == 4
