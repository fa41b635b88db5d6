"""Users see of a ticket what osTicket's portal shows them, and cannot find out the rest by asking for it."""

import json
from typing import Any

import pytest
from sqlalchemy import select, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.fixtures.api import Api

HIDDEN = ("priority", "sla", "staff", "team", "due_at", "sla_due_at", "ip_address")
LOGINS = ("alice", "bob", "charlie", "dora")


def _fill(tx: Write) -> None:
    """Every ticket has all that agents use to divide and time their work."""
    values = {"staff_id": 2, "team_id": 1, "sla_id": 1, "isoverdue": True, "duedate": tx.now, "est_duedate": tx.now}
    tx.change(update(t.ticket).values(**values))
    tx.change(update(t.thread_event).values(data='{"sla_id": [1, 2], "duedate": ["a", "b"]}'))


@pytest.fixture
def filled(api: Api) -> Api:
    api.write(_fill)
    return api


def _assert_portal(ticket: dict[str, Any]) -> None:
    assert {name: ticket[name] for name in HIDDEN} == dict.fromkeys(HIDDEN)
    assert ticket["is_overdue"] is False


def test_lists_and_single_tickets_hide_how_agents_work(filled: Api) -> None:
    listed = filled.user("uma").get("/tickets").data
    assert listed
    for ticket in listed:
        _assert_portal(ticket)
        _assert_portal(filled.user("uma").get(f"/tickets/{ticket['id']}").data)
    alice = filled.staff("alice").get(f"/tickets/{listed[0]['id']}").data
    assert alice["staff"]["username"] == "alice"
    assert alice["due_at"]


def test_no_answer_to_a_user_names_a_login_of_an_agent(filled: Api) -> None:
    uma = filled.user("uma")
    for ticket in uma.get("/tickets").data:
        for path in ("", "?include=thread,allowed", "/thread", "/events"):
            said = uma.get(f"/tickets/{ticket['id']}{path}").response.text
            assert not [login for login in LOGINS if f'"{login}"' in said], path
        for event in uma.get(f"/tickets/{ticket['id']}/events").data:
            assert event["data"] is None


def test_agents_see_the_data_and_the_logins_of_events(filled: Api) -> None:
    events = filled.staff("dora").get("/tickets/26/events").data
    assert events[0]["data"] == {"sla_id": [1, 2], "duedate": ["a", "b"]}
    named = filled.rows(select(t.thread_event.c.username).where(t.thread_event.c.id == events[0]["id"]))
    assert events[0]["username"] == named[0][0]


@pytest.mark.parametrize(
    "asked",
    [
        "staff_id=2", "team_id=1", "sla_id=1", "priority_id=2", "overdue=true", "assigned=true",
        "due_after=2020-01-01", "due_before=2030-01-01", "sort=priority", "sort=-due_at", "field.priority=2",
    ],
)  # fmt: skip
def test_users_cannot_ask_for_what_they_are_not_shown(filled: Api, asked: str) -> None:
    answer = filled.user("uma").get(f"/tickets?{asked}")
    assert answer.status == 422
    assert filled.staff("alice").get(f"/tickets?{asked}").status == 200


def _invite(tx: Write) -> None:
    thread = select(t.thread.c.id).where(t.thread.c.object_type == "T", t.thread.c.object_id == 26)
    thread_id = tx.scalar(thread)
    owner = tx.scalar(select(t.ticket.c.user_id).where(t.ticket.c.ticket_id == 26))
    taking_part = select(t.thread_collaborator.c.user_id).where(t.thread_collaborator.c.thread_id == thread_id)
    for user_id in tx.scalars(select(t.user.c.id).where(t.user.c.id != owner, t.user.c.id.not_in(taking_part))):
        given = {"thread_id": thread_id, "user_id": user_id, "flags": 3, "role": "M", "created": tx.now}
        tx.insert(t.thread_collaborator, **given, updated=tx.now)


def _addresses_beside(api: Api, user_id: int, text: str) -> list[str]:
    address = t.user_email.c
    others = api.rows(select(address.address).where(address.user_id != user_id))
    return [row.address for row in others if row.address in text]


@pytest.mark.parametrize(
    "path",
    [
        "/tickets/26", "/tickets/26?include=thread,allowed,unread", "/tickets/26/collaborators", "/tickets/26/events",
        "/tickets/26/timeline", "/tickets/26/thread", "/tickets?include=collaborators,last_message,counts",
    ],
)  # fmt: skip
def test_users_learn_no_address_of_those_who_take_part(api: Api, path: str) -> None:
    api.write(_invite)
    guests = {"uid_type": "U", "uid": None, "username": "vic@acme.example"}
    api.write(lambda tx: tx.change(update(t.thread_event).values(**guests)))
    users = {row.username: row.user_id for row in api.rows(select(t.user_account.c.username, t.user_account.c.user_id))}
    owner = api.rows(select(t.ticket.c.user_id).where(t.ticket.c.ticket_id == 26))[0][0]
    for name in ("uma", "ulf"):
        answer = api.user(name).get(path)
        assert answer.status == (200 if users[name] == owner or "collaborators" not in path.split("?")[0] else 403)
        said = (answer.data if answer.status == 200 else None) or []
        for ticket in said if isinstance(said, list) else [said]:
            if "subject" in ticket:
                ticket.pop("user")  # The page of a ticket shows whose it is.
        assert not _addresses_beside(api, users[name], json.dumps(said)), (name, path)
    collaborators = api.staff("alice").get("/tickets/26/collaborators").data
    assert all(each["user"]["email"] for each in collaborators)
