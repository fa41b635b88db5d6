"""Who takes part in a ticket, and who decides that."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from osticket_api.db import tables as t
from tests.features.tickets.acts import ALICES, UGO, UMA, UNASSIGNED, last_events, set_staff
from tests.fixtures.api import Answer, Api

NINA, OMAR = 4, 5
PATH = f"/tickets/{ALICES}/collaborators"


def add(api: Api, by: str = "alice", **who: Any) -> Answer:
    return api.staff(by).post(PATH, json=who)


def added(api: Api, user_id: int) -> int:
    return int(add(api, user_id=user_id).data["id"])


def row_of(api: Api, collaborator: int) -> Any:
    return next(iter(api.rows(select(t.thread_collaborator).where(t.thread_collaborator.c.id == collaborator))), None)


def test_a_user_takes_part(api: Api) -> None:
    answer = add(api, user_id=NINA)
    assert answer.status == 201
    assert answer.headers["location"] == f"/api/v2{PATH}/{answer.data['id']}"
    assert answer.data["user"] == {"id": NINA, "name": "Nina North", "email": "nina@example.net"}
    assert answer.data["is_active"] is True
    assert last_events(api, ALICES) == [("collab", {"add": {str(NINA): {"name": "Nina North"}}})]


def test_a_known_address_is_its_user(api: Api) -> None:
    assert add(api, email="NINA@example.net").data["user"]["id"] == NINA


def test_somebody_new_becomes_a_user(api: Api) -> None:
    answer = add(api, email="cat@copy.example", name="Cat Copy")
    assert (answer.status, answer.data["user"]["name"]) == (201, "Cat Copy")
    assert add(api, email="dog@copy.example").data["user"]["name"] == "dog"


def test_somebody_new_needs_a_right(api: Api) -> None:
    answer = add(api, by="bob", email="cat@copy.example")
    assert (answer.status, answer.errors[0]["detail"]) == (403, {"permission": "user.create"})
    assert add(api, by="bob", user_id=NINA).status == 201


@pytest.mark.parametrize(
    ("who", "status", "code"),
    [
        ({"user_id": UMA}, 409, "is_owner"),
        ({"email": "uma@acme.example"}, 409, "is_owner"),
        ({"user_id": 4711}, 422, "invalid"),
        ({"email": "no address"}, 422, "invalid"),
        ({"user_id": NINA, "email": "nina@example.net"}, 422, "invalid"),
        ({}, 422, "invalid"),
    ],
)
def test_who_cannot_take_part_is_refused(api: Api, who: dict[str, Any], status: int, code: str) -> None:
    answer = add(api, **who)
    assert (answer.status, answer.errors[0]["code"]) == (status, code)


def test_nobody_takes_part_twice(api: Api) -> None:
    add(api, user_id=NINA)
    answer = add(api, user_id=NINA)
    assert (answer.status, answer.errors[0]["code"]) == (409, "already_collaborator")


def test_a_repeated_request_adds_once(api: Api) -> None:
    headers = {"Idempotency-Key": "nina"}
    first = api.staff("alice").post(PATH, json={"user_id": NINA}, headers=headers)
    second = api.staff("alice").post(PATH, json={"user_id": NINA}, headers=headers)
    assert (first.status, second.status) == (201, 201)
    assert first.data == second.data


def test_they_are_listed_in_the_order_they_came(api: Api) -> None:
    add(api, user_id=OMAR)
    add(api, user_id=NINA)
    answer = api.staff("bob").get(PATH)
    assert [each["user"]["id"] for each in answer.data] == [OMAR, NINA]
    assert answer.meta["total"] == 2
    page = api.staff("bob").get(PATH, params={"per_page": 1, "page": 2})
    assert ([each["user"]["id"] for each in page.data], page.meta["total"]) == ([NINA], 2)


def test_of_the_users_the_owner_alone_may_know(api: Api) -> None:
    add(api, user_id=NINA)
    assert api.user("uma").get(PATH).status == 200
    assert api.user("ugo").get(PATH).status == 403
    assert api.user("ulf").get(PATH).status == 404


def test_exactly_the_chosen_ones_get_mail(api: Api) -> None:
    nina, omar, ugo = (added(api, user) for user in (NINA, OMAR, UGO))
    answer = api.staff("alice").request("PUT", PATH, json={"active": [omar], "remove": [ugo]})
    assert answer.status == 200
    assert {each["id"]: each["is_active"] for each in answer.data} == {nina: False, omar: True}
    assert row_of(api, ugo) is None
    assert last_events(api, ALICES) == [("collab", {"del": {str(UGO): {"name": "Ugo Urban"}}})]


def test_whoever_is_removed_and_active_is_removed(api: Api) -> None:
    nina = added(api, NINA)
    answer = api.staff("alice").request("PUT", PATH, json={"active": [nina], "remove": [nina]})
    assert answer.data == []


def test_ids_of_nobody_are_named(api: Api) -> None:
    nina = added(api, NINA)
    answer = api.staff("alice").request("PUT", PATH, json={"active": [nina, 4711], "remove": [4712]})
    assert (answer.status, answer.fields) == (422, ["active.1", "remove.0"])


def test_one_of_them_gets_mail_or_not(api: Api) -> None:
    nina = added(api, NINA)
    before = row_of(api, nina)
    off = api.staff("alice").patch(f"{PATH}/{nina}", {"is_active": False})
    assert (off.status, off.data["is_active"], row_of(api, nina).flags) == (200, False, 2)
    on = api.staff("alice").patch(f"{PATH}/{nina}", {"is_active": True})
    assert (on.data["is_active"], row_of(api, nina).flags) == (True, before.flags)


def test_one_of_them_leaves(api: Api) -> None:
    nina = added(api, NINA)
    assert api.staff("alice").delete(f"{PATH}/{nina}").status == 204
    assert row_of(api, nina) is None
    assert api.staff("alice").delete(f"{PATH}/{nina}").status == 404
    assert last_events(api, ALICES)[0][1] == {"del": {str(NINA): {"name": "Nina North"}}}


def test_collaborators_of_other_tickets_are_not_there(api: Api) -> None:
    nina = added(api, NINA)
    other = f"/tickets/{UNASSIGNED}/collaborators/{nina}"
    assert api.staff("alice").delete(other).status == 404
    assert api.staff("alice").patch(other, {"is_active": False}).status == 404
    assert api.staff("charlie").delete(f"{PATH}/{nina}").status == 404


def test_stale_states_are_refused(api: Api) -> None:
    alice, nina = api.staff("alice"), added(api, NINA)
    tag = alice.get(PATH).headers["etag"]
    add(api, user_id=OMAR)
    stale = {"If-Match": tag}
    assert alice.request("PUT", PATH, json={"active": []}, headers=stale).status == 412
    assert alice.post(PATH, json={"user_id": UGO}, headers=stale).status == 412
    assert alice.patch(f"{PATH}/{nina}", {"is_active": False}, headers=stale).status == 412
    assert alice.delete(f"{PATH}/{nina}", headers=stale).status == 412
    fresh = {"If-Match": alice.get(PATH).headers["etag"]}
    assert alice.request("PUT", PATH, json={"active": []}, headers=fresh).status == 200


def test_a_dry_run_adds_nobody(api: Api) -> None:
    answer = api.staff("alice").post(PATH, json={"user_id": NINA}, params={"dry_run": "true"})
    assert {"kind": "collaborator", "added": {"user_id": NINA}} in answer.data["effects"]
    assert api.staff("alice").get(PATH).data == []


def test_agents_may_be_added_by_agents(api: Api) -> None:
    """`disable_agent_collabs` concerns those who come by mail or from the portal."""
    set_staff(api, 3, email="nina@example.net")
    assert add(api, user_id=NINA).data["is_active"] is True


def test_event_data_is_as_php_writes_it(api: Api) -> None:
    add(api, email="zoe@copy.example", name="Zoë / Co")
    event = t.thread_event.c
    data = api.rows(select(event.data).order_by(event.id.desc()).limit(1))[0].data
    assert "Zo\\u00eb \\/ Co" in data
    assert json.loads(data)["add"]
