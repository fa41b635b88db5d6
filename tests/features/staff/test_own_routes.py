"""What agents change of themselves over HTTP."""

from typing import Any

import pytest
from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.fixtures.api import Answer, Api, Caller

ALICE, BOB = 2, 3
PASSWORD = "demo-help-desk"


def _login(api: Api, password: str) -> Answer:
    return api.anonymous().post("/auth/login", {"username": "bob", "password": password})


def test_agents_change_their_own_profile(api: Api) -> None:
    bob = api.staff("bob")
    body = {
        "first_name": "Robert",
        "phone": "5555551234",
        "signature": "<p>Bob</p>",
        "timezone": "Europe/Berlin",
        "language": "de",
        "on_vacation": True,
    }
    answer = bob.patch("/staff/me", body)
    assert answer.status == 200, answer.errors
    assert (answer.data["name"], answer.data["phone"]) == ("Robert Baker", "(555) 555-1234")
    assert (answer.data["timezone"], answer.data["language"], answer.data["on_vacation"]) == (
        "Europe/Berlin",
        "de",
        True,
    )
    assert bob.get("/staff/me").data == answer.data
    assert bob.patch("/staff/me", {"timezone": None}).data["timezone"] is None


@pytest.mark.parametrize("field", ["username", "is_admin", "department_id", "role_id", "permissions", "is_active"])
def test_agents_do_not_promote_themselves(api: Api, field: str) -> None:
    answer = api.staff("bob").patch("/staff/me", {field: True})
    assert (answer.status, answer.errors[0]["code"], answer.fields) == (422, "unknown_field", [field])


def test_an_address_of_somebody_else_is_refused(api: Api) -> None:
    alice = api.staff("alice").get("/staff/me").data
    answer = api.staff("bob").patch("/staff/me", {"email": alice["email"], "current_password": PASSWORD})
    assert (answer.status, answer.errors[0]["detail"]) == (409, {"staff": {"id": ALICE, "username": "alice"}})


def test_preferences_are_kept_where_osticket_reads_them(api: Api) -> None:
    bob = api.staff("bob")
    before = bob.get("/staff/me").data["preferences"]
    assert before == {
        "page_size": None, "refresh_minutes": None, "paper_size": "Letter", "signature_type": "none",
        "datetime_format": None, "from_name": None, "thread_order": None, "default_queue_id": None,
        "reply_redirect": "ticket", "image_view": "download", "editor_spacing": "double",
    }  # fmt: skip
    chosen = {
        "page_size": 50, "refresh_minutes": 5, "paper_size": "A4", "signature_type": "department",
        "datetime_format": "relative", "from_name": "department", "thread_order": "desc", "default_queue_id": 2,
        "reply_redirect": "queue", "image_view": "inline", "editor_spacing": "single",
    }  # fmt: skip
    assert bob.patch("/staff/me", {"preferences": chosen}).data["preferences"] == chosen
    kept = api.rows(select(t.config.c.key, t.config.c.value).where(t.config.c.namespace == f"staff.{BOB}"))
    assert {row.key: row.value for row in kept} == {
        "datetime_format": "relative", "default_from_name": "dept", "thread_view_order": "desc",
        "default_ticket_queue_id": "2", "reply_redirect": "Queue", "img_att_view": "inline", "editor_spacing": "single",
    }  # fmt: skip
    cleared = bob.patch(
        "/staff/me", {"preferences": {"thread_order": None, "default_queue_id": None, "page_size": None}}
    )
    rest = {**chosen, "thread_order": None, "default_queue_id": None, "page_size": None}
    assert cleared.data["preferences"] == rest


@pytest.mark.parametrize(
    ("preferences", "field"),
    [
        ({"page_size": 0}, "preferences.page_size"),
        ({"paper_size": "A5"}, "preferences.paper_size"),
        ({"paper_size": None}, "preferences.paper_size"),
        ({"default_queue_id": 9999}, "preferences.default_queue_id"),
        ({"signature_type": "mine"}, "preferences.signature_type"),
        ({"colour": "red"}, "preferences.colour"),
        (None, "preferences"),
    ],
)
def test_preferences_that_are_none_are_refused(api: Api, preferences: Any, field: str) -> None:
    answer = api.staff("bob").patch("/staff/me", {"preferences": preferences})
    assert (answer.status, answer.fields) == (422, [field])


def test_a_private_queue_of_somebody_else_is_no_default(api: Api) -> None:
    def add(tx: Write) -> int:
        return tx.insert(t.queue, staff_id=ALICE, flags=0, title="Hers", config="[]", created=tx.now, updated=tx.now)

    queue = api.write(add)
    wanted = {"preferences": {"default_queue_id": queue}}
    assert api.staff("bob").patch("/staff/me", wanted).status == 422
    assert api.staff("alice").patch("/staff/me", wanted).status == 200


def test_who_has_a_signature_may_sign_with_it(api: Api) -> None:
    body = {"signature": "<p>B.</p>", "preferences": {"signature_type": "mine"}}
    assert api.staff("bob").patch("/staff/me", body).data["preferences"]["signature_type"] == "mine"


def test_agents_change_their_password_with_the_current_one(api: Api) -> None:
    kept, other = _login(api, PASSWORD).data, _login(api, PASSWORD).data
    bob = {"Authorization": f"Bearer {kept['access_token']}"}
    anybody = api.anonymous()

    def change(password: str, current: str | None) -> Answer:
        body = {"password": password, "current_password": current}
        return anybody.patch("/staff/me", body, headers=bob)

    assert change("brand new", "wrong").fields == ["current_password"]
    assert change("brand new", None).fields == ["current_password"]
    assert change(PASSWORD.upper(), PASSWORD).errors[0]["code"] == "unchanged"
    assert change("short", PASSWORD).fields == ["password"]
    assert change("brand new", PASSWORD).status == 200
    assert (_login(api, PASSWORD).status, _login(api, "brand new").status) == (401, 200)
    assert anybody.post("/auth/refresh", {"refresh_token": kept["refresh_token"]}).status == 200
    assert anybody.post("/auth/refresh", {"refresh_token": other["refresh_token"]}).status == 401


def test_a_password_that_had_to_change_has_changed(api: Api) -> None:
    api.staff("dora").post(f"/staff/{BOB}/password", {"password": "for now", "must_change_password": True})
    bob = api.staff("bob")
    assert bob.get("/staff/me").errors[0]["code"] == "password_change_required"
    answer = bob.patch("/staff/me", {"password": "for good", "current_password": "for now"})
    assert (answer.status, answer.data["must_change_password"]) == (200, False)


def test_guessing_the_current_password_is_limited(api: Api) -> None:
    bob = api.staff("bob")
    for _ in range(5):
        bob.patch("/staff/me", {"password": "brand new", "current_password": "wrong"})
    answer = bob.patch("/staff/me", {"password": "brand new", "current_password": PASSWORD})
    assert answer.status == 429


def test_nothing_that_happens_meanwhile_makes_wrong_guesses_forgotten(api: Api) -> None:
    """What is remembered of agents and lists is dropped when one of them changes; guesses are not."""
    for _ in range(5):
        _login(api, "wrong")
    api.staff("alice").patch("/staff/me", {"on_vacation": True})
    mine = api.anonymous().post("/auth/login", {"username": "charlie", "password": PASSWORD}).data
    Caller(api, {"Authorization": f"Bearer {mine['access_token']}"}).post("/auth/logout")
    assert _login(api, PASSWORD).status == 429


@pytest.mark.parametrize("change", [{"email": "thief@example.net"}, {"password": "brand new"}])
def test_a_key_does_not_take_over_its_agent(api: Api, change: dict[str, str]) -> None:
    """Keys are narrower than the agents they stand for; with this they would be all that the agent is."""
    made = api.staff("dora").post("/api-keys", {"name": "shop", "permissions": ["admin"], "staff_id": BOB})
    key = api.key(made.data["key"])
    answer = key.patch("/staff/me", change | {"current_password": PASSWORD})
    assert (answer.status, answer.fields) == (403, [next(iter(change))])
    assert key.patch("/staff/me", {"on_vacation": True}).status == 200


def test_an_address_of_somebody_out_of_sight_is_refused_without_their_name(api: Api) -> None:
    address = api.rows(select(t.staff.c.email).where(t.staff.c.username == "alice"))[0][0]
    answer = api.staff("charlie").patch("/staff/me", {"email": address, "current_password": PASSWORD})
    assert (answer.status, answer.errors[0]["code"]) == (409, "email_taken")
    assert answer.errors[0]["message"] == f"The e-mail address {address} belongs to another agent."
    assert answer.errors[0].get("detail") is None


def test_users_have_no_part_in_this(api: Api) -> None:
    assert api.user("uma").patch("/staff/me", {"on_vacation": True}).status == 403
