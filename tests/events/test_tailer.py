"""What is heard of changes that our API makes, and of those that another program makes behind its back."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy import delete, select, update

from osticket_api.db import tables as t
from osticket_api.db.tables.own_events import api_copy
from osticket_api.db.unit import Write
from osticket_api.events.watches import SEPARATOR
from tests.events.listening import Listening
from tests.fixtures.api import Api

TICKET = 26
"""Of uma, in Support, assigned to alice."""


def test_life_of_a_ticket_is_heard_in_order(api: Api, heard: Listening) -> None:
    alice, body = api.staff("alice"), "<p>x</p>"
    opened = api.user("uma").post("/tickets", {"subject": "Heard", "message": body, "topic_id": 1})
    assert heard.after(opened)[:2] == ["ticket.created", "ticket.message_added"]
    ticket = f"/tickets/{opened.data['id']}"
    assert "ticket.note_added" in heard.after(alice.post(f"{ticket}/note", {"body": body}))
    replied = heard.after(alice.post(f"{ticket}/reply", {"body": body}))
    assert "ticket.reply_added" in replied
    assert "ticket.answered" in replied
    closed = heard.after(alice.post(f"{ticket}/reply", {"body": body, "status_id": 3}))
    assert closed.count("ticket.closed") == 1
    assert "ticket.reopened" in heard.after(api.user("uma").post(f"{ticket}/message", {"body": body}))
    assert heard.after(api.staff("dora").delete(ticket))[-1:] == ["ticket.deleted"]


def test_own_change_says_who_through_what_and_from_what_to_what(api: Api, heard: Listening) -> None:
    answer = api.staff("alice").post(
        f"/tickets/{TICKET}/transfer", {"department_id": 2}, headers={"X-Request-ID": "r-1"}
    )
    assert answer.status == 200, answer.errors
    heard.step()
    (event,) = [each for each in heard.events() if each.type == "ticket.transferred"]
    assert (event.origin, event.request_id, event.actor_kind) == ("api", "r-1", "staff")
    assert json.loads(event.changes)["department_id"] == [1, 2]
    assert json.loads(event.audience)["was"]["department_id"] == 1


def test_silent_change_by_another_program_is_told_once(api: Api, heard: Listening) -> None:
    api.write(lambda tx: tx.change(update(t.ticket).where(t.ticket.c.ticket_id == TICKET).values(dept_id=2)))
    heard.settle()
    assert heard.types() == ["ticket.transferred"]
    heard.settle()
    assert heard.types() == []


def test_rows_that_vanish_are_told_of(api: Api, heard: Listening) -> None:
    api.write(lambda tx: tx.change(delete(t.ticket).where(t.ticket.c.ticket_id == TICKET)))
    api.write(lambda tx: tx.change(delete(t.canned_response).where(t.canned_response.c.canned_id == 1)))
    heard.settle()
    assert sorted(heard.types()) == ["canned_response.deleted", "ticket.deleted"]


def test_nothing_is_told_of_what_was_there_before(heard: Listening) -> None:
    heard.settle()
    assert heard.types() == []


def test_dry_run_and_refusal_are_not_heard(api: Api, heard: Listening) -> None:
    api.staff("alice").post(f"/tickets/{TICKET}/note?dry_run=true", {"body": "<p>x</p>"})
    api.staff("bob").post(f"/tickets/{TICKET}/reply", {"body": "<p>x</p>"})
    heard.settle()
    assert heard.types() == []


def _join_team(tx: Write) -> None:
    tx.insert(t.team_member, team_id=1, staff_id=tx.scalar(_ID_OF_DORA))


def _leave_departments(tx: Write) -> None:
    tx.change(delete(t.staff_dept_access).where(t.staff_dept_access.c.staff_id == _ID_OF_DORA.scalar_subquery()))


def _have_another_role(tx: Write) -> None:
    access = t.staff_dept_access
    tx.change(update(access).where(access.c.staff_id == _ID_OF_DORA.scalar_subquery()).values(role_id=4))


def _want_no_alerts(tx: Write) -> None:
    access = t.staff_dept_access
    tx.change(update(access).where(access.c.staff_id == _ID_OF_DORA.scalar_subquery()).values(flags=0))


_ID_OF_DORA = select(t.staff.c.staff_id).where(t.staff.c.username == "dora")


@pytest.mark.parametrize("change", [_join_team, _leave_departments, _have_another_role, _want_no_alerts])
def test_where_an_agent_works_is_heard_though_nothing_else_of_them_changes(
    api: Api, heard: Listening, change: Callable[[Write], None]
) -> None:
    api.write(change)
    heard.settle()
    assert heard.types() == ["staff.updated"]


def test_what_is_compared_since_an_upgrade_is_not_told_as_a_change(api: Api, heard: Listening) -> None:
    known = api.rows(select(api_copy.c.id, api_copy.c.state).where(api_copy.c.kind == "staff"))
    for row in known:
        narrow = SEPARATOR.join(row.state.split(SEPARATOR)[:-2])
        own = (api_copy.c.kind == "staff", api_copy.c.id == row.id)
        api.write(lambda tx, own=own, narrow=narrow: tx.change(update(api_copy).where(*own).values(state=narrow)))
    heard.settle()
    assert heard.types() == []
    assert api.rows(select(api_copy.c.id, api_copy.c.state).where(api_copy.c.kind == "staff")) == known
