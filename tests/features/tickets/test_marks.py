"""Marking tickets answered, unanswered, overdue."""

from sqlalchemy import select

from osticket_api.db import tables as t
from tests.features.tickets import acts
from tests.features.tickets.acts import ALICE, ALICES, BOB, CLOSED_BY_ALICE, last_events, last_notes, row_of
from tests.fixtures.api import Api


def test_marking_answered_and_back_leaves_notes_of_the_system_and_no_event(api: Api) -> None:
    before, alice = last_events(api, ALICES, 20), api.staff("alice")
    answer = alice.post(f"/tickets/{ALICES}/mark", {"as": "answered"})
    assert (answer.status, answer.data["is_answered"]) == (200, True)
    assert alice.post(f"/tickets/{ALICES}/mark", {"as": "unanswered"}).data["is_answered"] is False
    assert last_notes(api, ALICES, 2) == [
        ("Ticket Marked Answered", "Ticket flagged as answered by Alice Archer", None),
        ("Ticket Marked Unanswered", "Ticket flagged as unanswered by Alice Archer", None),
    ]
    assert last_events(api, ALICES, 20) == before


def test_a_comment_comes_before_the_note_of_the_system(api: Api) -> None:
    api.staff("alice").post(f"/tickets/{ALICES}/mark", {"as": "answered", "comment": "<p>By phone.</p>"})
    assert last_notes(api, ALICES, 2) == [
        ("Ticket Marked Answered", "<p>By phone.</p>", ALICE),
        ("Ticket Marked Answered", "Ticket flagged as answered by Alice Archer", None),
    ]


def test_notes_of_the_system_are_not_searchable(api: Api) -> None:
    api.staff("alice").post(f"/tickets/{ALICES}/mark", {"as": "answered"})
    assert api.rows(select(t.search.c.object_id).where(t.search.c.title == "Ticket Marked Answered")) == []


def test_a_name_cannot_bring_markup_into_the_note(api: Api) -> None:
    acts.set_staff(api, ALICE, firstname="<b>Al", lastname="A&B")
    api.staff("alice").post(f"/tickets/{ALICES}/mark", {"as": "answered"})
    assert last_notes(api, ALICES)[0][1] == "Ticket flagged as answered by &lt;b&gt;Al A&amp;B"


def test_marking_what_is_marked_so_is_a_conflict(api: Api) -> None:
    answer = api.staff("alice").post(f"/tickets/{ALICES}/mark", {"as": "unanswered"})
    assert (answer.status, answer.errors[0]["message"]) == (409, "The ticket is marked unanswered already.")


def test_marking_answered_without_the_right_names_it_unless_one_manages_the_department(api: Api) -> None:
    bob = api.staff("bob")
    refused = bob.post(f"/tickets/{ALICES}/mark", {"as": "answered"})
    assert (refused.status, refused.errors[0]["detail"]) == (403, {"permission": "ticket.markanswered"})
    acts.make_manager(api, BOB)
    assert bob.post(f"/tickets/{ALICES}/mark", {"as": "answered"}).status == 200


def test_only_managers_mark_overdue(api: Api) -> None:
    alice = api.staff("alice")
    assert alice.post(f"/tickets/{ALICES}/mark", {"as": "overdue"}).status == 403
    acts.make_manager(api, ALICE)
    answer = alice.post(f"/tickets/{ALICES}/mark", {"as": "overdue"})
    assert (answer.status, answer.data["is_overdue"]) == (200, True)
    assert last_events(api, ALICES) == [("overdue", None)]
    assert last_notes(api, ALICES)[0][:2] == ("Ticket Marked Overdue", "Ticket flagged as overdue by Alice Archer")


def test_marking_overdue_again_only_adds_a_note(api: Api) -> None:
    acts.make_manager(api, ALICE)
    alice = api.staff("alice")
    alice.post(f"/tickets/{ALICES}/mark", {"as": "overdue"})
    before, events = row_of(api, ALICES), last_events(api, ALICES, 20)
    assert alice.post(f"/tickets/{ALICES}/mark", {"as": "overdue"}).status == 200
    assert (row_of(api, ALICES), last_events(api, ALICES, 20)) == (before, events)
    assert [title for title, _, _ in last_notes(api, ALICES, 2)] == ["Ticket Marked Overdue"] * 2


def test_a_closed_ticket_cannot_be_overdue(api: Api) -> None:
    acts.make_manager(api, ALICE)
    answer = api.staff("alice").post(f"/tickets/{CLOSED_BY_ALICE}/mark", {"as": "overdue"})
    assert (answer.status, answer.errors[0]["code"]) == (409, "not_open")


def test_there_are_no_other_marks(api: Api) -> None:
    answer = api.staff("alice").post(f"/tickets/{ALICES}/mark", {"as": "important"})
    assert (answer.status, answer.fields) == (422, ["as"])
