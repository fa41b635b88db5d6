"""What users hear of a ticket: what osTicket's portal shows on its page, and nothing of how agents work."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from osticket_api.db import tables as t
from osticket_api.db.flags import FieldFlag
from osticket_api.db.tables.own_events import api_event, api_feed
from osticket_api.db.unit import Write
from osticket_api.events.catalogue import CATALOGUE, Audience
from osticket_api.events.watches import TICKET as TICKET_WATCH
from osticket_api.kit import php_json
from tests.events.listening import Listening
from tests.features.knowledge_base.texts import configure
from tests.fixtures.api import Api

TICKET = 26
"""Of uma, in Support, alice has it."""
SHOWN_CHANGES = {"number", "user_id", "status_id", "topic_id", "parent_id", "closed_at", "reopened_at"}
SHOWN_DETAILS = {
    "number", "event_id", "entry_id", "entry_type", "replaces_entry_id", "attachment_id", "file_id", "status",
    "owner", "collaborators", "fields",
}  # fmt: skip
INTERNAL = {
    "staff": [2, "secret"], "team": 1, "dept": "secret", "claim": True, "sla_id": [1, 2], "duedate": ["secret", "b"],
    "usernames": ["secret"], "recorded_as": "secret", "entry": 7, "collaborator_id": 3, "is_active": True,
    "priority": "secret", "organization_id": 1, "sla_due_at": "secret", "referral_id": 2, "department_id": 1,
}  # fmt: skip


def field_of(api: Api, name: str) -> int:
    field = t.form_field.c
    form = select(t.form.c.id).where(t.form.c.type == "T").scalar_subquery()
    return int(api.rows(select(field.id).where(field.name == name, field.form_id == form))[0][0])


def tell(api: Api, type: str, **more: Any) -> None:
    """Put an event into the feed that tells everything there is."""

    def add(tx: Write) -> None:
        number = int(tx.scalar(select(api_feed.c.last_number)) or 0) + 1
        values: dict[str, Any] = {
            "number": number, "type": type, "kind": "ticket", "subject_id": TICKET, "ticket_id": TICKET,
            "actor_kind": "staff", "actor_id": 2, "actor_name": "secret", "origin": "osticket",
            "occurred_at": datetime.now(UTC), "recorded_at": datetime.now(UTC),
            "changes": php_json.encode({name: [1, 2] for name in TICKET_WATCH.fields}),
            "details": php_json.encode({"number": "1", "entry_type": "M", "event_id": 1, **INTERNAL}),
            "audience": php_json.encode({"user_id": 4}),
        }  # fmt: skip
        tx.insert(api_event, **{**values, **more})
        tx.change(update(api_feed).values(last_number=number))

    api.write(add)


@pytest.mark.parametrize("type", sorted(name for name in CATALOGUE if name.startswith("ticket.")))
def test_of_each_type_users_hear_what_the_portal_shows_or_nothing(api: Api, heard: Listening, type: str) -> None:
    tell(api, type)
    events = api.user("uma").get("/events").data
    if CATALOGUE[type].audience is Audience.ticket_agents:
        assert events == []
        return
    (event,) = events
    assert event["type"] == type
    assert set(event["changes"]) <= SHOWN_CHANGES
    assert set(event["details"]) <= SHOWN_DETAILS
    assert event["actor"] == {"kind": "staff", "id": None, "name": ""}
    assert "secret" not in json.dumps(event)
    (whole,) = [each for each in api.staff("alice").get("/events").data if each["ticket_id"] == TICKET]
    assert "secret" in json.dumps(whole)


@pytest.mark.parametrize("hidden", sorted(set(TICKET_WATCH.fields) - SHOWN_CHANGES))
def test_a_change_of_what_users_do_not_see_is_no_news_to_them(api: Api, heard: Listening, hidden: str) -> None:
    details = php_json.encode({"number": "1", "event_id": 1, hidden: [1, 2]})
    tell(api, "ticket.updated", changes=php_json.encode({hidden: [1, 2]}), details=details)
    assert api.user("uma").get("/events").data == []
    assert api.staff("alice").get("/events").data


def test_of_answers_users_hear_those_that_they_see(api: Api, heard: Listening) -> None:
    subject, priority = field_of(api, "subject"), field_of(api, "priority")
    hidden = FieldFlag.ENABLED | FieldFlag.AGENT_VIEW

    def add(tx: Write) -> int:
        form_id = tx.scalar(select(t.form.c.id).where(t.form.c.type == "T"))
        return int(
            tx.insert(
                t.form_field, form_id=form_id, flags=hidden, type="text", label="Hidden", name="hidden", sort=9,
                created=tx.now, updated=tx.now,
            )
        )  # fmt: skip

    internal = api.write(add)
    answers = {str(subject): ["a", "b"], str(priority): ["Low", "High"], str(internal): ["x", "y"], "Owner": "z"}
    told = {"changes": None, "details": php_json.encode({"number": "1", "fields": answers})}
    tell(api, "ticket.updated", **told)
    (event,) = api.user("uma").get("/events").data
    assert event["details"] == {"number": "1", "fields": {str(subject): ["a", "b"]}}
    del answers[str(subject)]
    tell(api, "ticket.updated", changes=None, details=php_json.encode({"number": "1", "fields": answers}))
    assert len(api.user("uma").get("/events").data) == 1


def test_somebody_without_an_account_is_not_called_by_their_address(api: Api, heard: Listening) -> None:
    who = {"actor_kind": "system", "actor_id": None, "actor_name": "guest@elsewhere.example"}
    tell(api, "ticket.closed", **who)
    assert "guest@elsewhere.example" not in api.user("uma").get("/events").response.text


def test_users_of_a_help_desk_at_work_hear_nothing_internal(api: Api, heard: Listening) -> None:
    alice, path = api.staff("dora"), f"/tickets/{TICKET}"
    for verb, body in (
        ("assign", {"staff_id": 3}), ("release", {}), ("claim", {}), ("refer", {"team_id": 1}),
        ("transfer", {"department_id": 2}), ("note", {"body": "<p>internal</p>"}), ("mark", {"as": "unanswered"}),
        ("mark", {"as": "answered"}), ("lock", {}), ("reply", {"body": "<p>shown</p>"}),
    ):  # fmt: skip
        assert alice.post(f"{path}/{verb}", body).status in (200, 201, 204, 403, 409), verb
    changes: tuple[dict[str, Any], ...] = (
        {"sla_id": 1}, {"priority_id": 3}, {"custom_fields": {"priority": "high"}}, {"source": "Phone"},
        {"subject": "Shown"},
    )  # fmt: skip
    for change in changes:
        alice.patch(path, change)
    heard.settle()
    events = api.user("uma").get("/events").data
    assert {event["type"] for event in events} <= {
        "ticket.reply_added", "ticket.updated", "ticket.created", "ticket.message_added",
    }  # fmt: skip
    assert [event for event in events if event["type"] == "ticket.reply_added"]
    for event in events:
        assert set(event["changes"]) <= SHOWN_CHANGES
        assert set(event["details"]) <= SHOWN_DETAILS
    assert len({event["type"] for event in alice.get("/events").data}) > 8


def test_users_hear_of_the_knowledge_base_while_they_read_it(api: Api, heard: Listening) -> None:
    dora, uma = api.staff("dora"), api.user("uma")
    dora.patch("/faq-categories/1", {"name": "All"})
    dora.patch("/faqs/1", {"question": "Why?"})
    heard.settle()
    wanted = {"faq_category.updated", "faq.updated"}
    assert {event["type"] for event in uma.get("/events").data} == wanted
    configure(api, "enable_kb", "")
    assert uma.get("/events").data == []
    assert wanted <= {event["type"] for event in dora.get("/events").data}
