"""Opening tickets: for oneself, for others, by key."""

from typing import Any

import pytest
from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.fixtures.api import Api

KEY = "CREATEKEY00000000000000000000001"
NEW: dict[str, Any] = {"subject": "Printer on fire", "message": "<p>Help</p>", "topic_id": 1}


def add_key(tx: Write, ip: str = "127.0.0.1") -> None:
    tx.insert(t.api_key, apikey=KEY, ipaddr=ip, isactive=True, can_create_tickets=True, created=tx.now)


def test_a_user_opens_their_own_ticket(api: Api) -> None:
    answer = api.user("uma").post("/tickets", NEW)
    assert answer.status == 201, answer.errors
    assert answer.headers["location"] == f"/api/v2/tickets/{answer.data['id']}"
    assert (answer.data["user"]["name"], answer.data["source"]) == ("Uma Underwood", "Web")
    assert api.staff("alice").get(f"/tickets/{answer.data['id']}").data["sla_due_at"] is not None


def test_a_user_may_not_open_tickets_for_others_or_route_them(api: Api) -> None:
    answer = api.user("uma").post("/tickets", {**NEW, "user_id": 3, "department_id": 2, "priority_id": 4})
    assert answer.status == 403
    assert answer.fields == ["department_id", "priority_id", "user_id"]


def test_an_agent_opens_a_ticket_for_somebody_new(api: Api) -> None:
    answer = api.staff("alice").post("/tickets", {**NEW, "email": "wanda@acme.example", "name": "Walker, Wanda"})
    assert answer.status == 201, answer.errors
    assert answer.data["user"]["name"] == "Wanda Walker"
    assert answer.data["organization"]["name"] == "Acme Corp"


def test_an_agent_without_the_right_opens_none(api: Api) -> None:
    answer = api.staff("bob").post("/tickets", {**NEW, "user_id": 1})
    assert answer.status == 403
    assert "ticket.create" in answer.errors[0]["message"]


def test_a_key_opens_tickets_from_its_own_address_only(api: Api) -> None:
    api.write(add_key)
    answer = api.key(KEY).post("/tickets", {**NEW, "email": "ulf@example.net"})
    assert answer.status == 201, answer.errors
    assert answer.data["source"] == "API"
    api.write(lambda tx: tx.change(t.api_key.update().values(ipaddr="10.9.8.7")))
    assert api.key(KEY).post("/tickets", {**NEW, "email": "ulf@example.net"}).status == 401


def test_everything_that_is_wrong_is_said_at_once(api: Api) -> None:
    answer = api.staff("alice").post(
        "/tickets",
        {"subject": " ", "message": "<p></p>", "sla_id": 999, "due_at": "2020-01-01T00:00:00Z", "priority_id": 77},
    )
    assert answer.status == 422
    assert {"subject"} <= set(answer.fields)
    answer = api.staff("alice").post(
        "/tickets", {**NEW, "topic_id": 999, "sla_id": 999, "due_at": "2020-01-01T00:00:00Z", "priority_id": 77}
    )
    assert {"topic_id", "sla_id", "due_at", "priority_id", "user_id"} <= set(answer.fields)


def test_a_refused_ticket_leaves_no_trace(api: Api) -> None:
    before = api.rows(select(t.user.c.id))
    refused = api.staff("alice").post("/tickets", {**NEW, "email": "nobody@example.net", "staff_id": 999})
    assert refused.status == 422
    assert api.rows(select(t.user.c.id)) == before


def test_banned_addresses_are_refused(api: Api) -> None:
    api.write(
        lambda tx: tx.insert(t.filter_rule, filter_id=1, what="email", how="equal", val="ulf@example.net", notes="")
    )
    answer = api.user("ulf").post("/tickets", NEW)
    assert answer.status == 403
    assert answer.errors[0]["code"] == "ticket_denied"


def test_emoji_survive_in_bodies_and_stay_readable_in_subjects(api: Api) -> None:
    answer = api.user("uma").post("/tickets", {**NEW, "subject": "Fire 🔥", "message": "<p>Help 😀 now</p>"})
    assert answer.data["subject"] == "Fire :fire:"
    thread = api.user("uma").get(f"/tickets/{answer.data['id']}/thread").data
    assert thread[0]["body"] == "<p>Help 😀 now</p>"
    stored = api.rows(select(t.thread_entry.c.body).where(t.thread_entry.c.id == thread[0]["id"]))[0][0]
    assert stored == "<p>Help &#128512; now</p>"


def test_plain_text_stays_plain_text(api: Api) -> None:
    answer = api.user("uma").post("/tickets", {**NEW, "message": "a < b & c 😀\n\n\n\nend", "format": "text"})
    thread = api.user("uma").get(f"/tickets/{answer.data['id']}/thread").data
    assert thread[0]["format"] == "text"
    assert thread[0]["body"] == "a < b & c 😀\n\nend"


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        '<a href="javascript:alert(1)">x</a>',
        '<iframe src="https://evil.example"></iframe>',
        '<svg onload="alert(1)"><a xlink:href="javascript:alert(1)">x</a></svg>',
    ],
)
def test_bodies_are_made_harmless(api: Api, evil: str) -> None:
    answer = api.user("uma").post("/tickets", {**NEW, "message": f"<p>Hello</p>{evil}"})
    body = api.user("uma").get(f"/tickets/{answer.data['id']}/thread").data[0]["body"]
    assert "Hello" in body
    assert not any(word in body.lower() for word in ("script", "onerror", "onload", "iframe"))


def test_what_php_wrote_is_made_harmless_on_the_way_out(api: Api) -> None:
    api.write(
        lambda tx: tx.change(
            t.thread_entry.update().where(t.thread_entry.c.id == 20).values(body="<b>x</b><script>1</script>")
        )
    )
    assert api.user("uma").get("/tickets/9/thread/20").data["body"] == "<b>x</b>"


def test_custom_fields_by_name_and_unknown_ones_named(api: Api) -> None:
    topics = api.rows(select(t.help_topic_form.c.topic_id).where(t.help_topic_form.c.form_id != 2))
    topic = topics[0][0]
    answer = api.user("uma").post("/tickets", {**NEW, "topic_id": topic, "custom_fields": {"no_such_field": 1}})
    assert answer.status == 422
    assert "custom_fields.no_such_field" in answer.fields


def test_the_number_of_open_tickets_can_be_limited(api: Api) -> None:
    api.write(lambda tx: tx.change(t.config.update().where(t.config.c.key == "max_open_tickets").values(value="1")))
    refused = api.user("uma").post("/tickets", NEW)
    assert refused.status == 409
    assert refused.errors[0]["code"] == "too_many_open_tickets"
    assert api.staff("alice").post("/tickets", {**NEW, "user_id": 1}).status == 201


def test_what_is_wrong_about_somebody_new_is_named_as_it_was_sent(api: Api) -> None:
    given = {**NEW, "email": "nora@example.net", "user_fields": {"phone": "by letter"}, "custom_fields": {"colour": 1}}
    refused = api.staff("dora").post("/tickets", given)
    assert (refused.status, sorted(map(str, refused.fields))) == (422, ["custom_fields.colour", "user_fields.phone"])


def test_a_user_may_say_their_own_address(api: Api) -> None:
    uma, given = api.user("uma"), {"subject": "Printer on fire", "message": "Help"}
    answer = uma.post("/tickets", {**given, "email": "UMA@acme.example"})
    assert (answer.status, answer.data["user"]["id"]) == (201, 1)
    refused = uma.post("/tickets", {**given, "email": "ugo@acme.example"})
    assert (refused.status, refused.fields) == (403, ["email"])
