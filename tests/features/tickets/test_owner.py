"""Giving a ticket to another user."""

from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.features.tickets.acts import ALICES, UGO, UMA, last_events, row_of, thread_of
from tests.fixtures.api import Api


def test_the_new_owner_has_the_ticket(api: Api) -> None:
    before = row_of(api, ALICES)
    answer = api.staff("alice").post(f"/tickets/{ALICES}/owner", {"user_id": 3})
    assert answer.status == 200, answer.errors
    assert answer.data["user"] == {"id": 3, "name": "Ulf Unger", "email": "ulf@example.net"}
    assert last_events(api, ALICES) == [("edited", {"owner": 3, "fields": {"Ticket Owner": "Ulf Unger"}})]
    assert row_of(api, ALICES).lastupdate == before.lastupdate
    assert api.user("ulf").get(f"/tickets/{ALICES}").status == 200
    assert api.user("uma").get(f"/tickets/{ALICES}").status == 404


def test_a_collaborator_who_becomes_the_owner_is_none_any_more(api: Api) -> None:
    thread_id = thread_of(api, ALICES)

    def invite(tx: Write) -> None:
        for user_id in (UGO, 3):
            tx.insert(t.thread_collaborator, thread_id=thread_id, user_id=user_id, flags=3, created=tx.now)

    api.write(invite)
    api.staff("alice").post(f"/tickets/{ALICES}/owner", {"user_id": UGO})
    collaborator = t.thread_collaborator.c
    rows = api.rows(select(collaborator.user_id).where(collaborator.thread_id == thread_id))
    assert [row.user_id for row in rows] == [3]
    assert [name for name, _ in last_events(api, ALICES)] == ["edited"]


def test_the_owner_it_has_already_is_a_conflict(api: Api) -> None:
    assert api.staff("alice").post(f"/tickets/{ALICES}/owner", {"user_id": UMA}).status == 409


def test_an_owner_who_does_not_exist_is_refused(api: Api) -> None:
    answer = api.staff("alice").post(f"/tickets/{ALICES}/owner", {"user_id": 999})
    assert (answer.status, answer.fields) == (422, ["user_id"])


def test_changing_the_owner_without_the_right_names_it(api: Api) -> None:
    answer = api.staff("bob").post(f"/tickets/{ALICES}/owner", {"user_id": UGO})
    assert (answer.status, answer.errors[0]["detail"]) == (403, {"permission": "ticket.edit"})
