"""Titles of entries: stored as HTML, which osTicket's panel and portal print as it is, and read as text."""

from typing import Any

import pytest
from sqlalchemy import select, update

from osticket_api.db import tables as t
from tests.features.tickets.acts import ALICES, thread_of
from tests.fixtures.api import Api

TITLES = [
    ("Fish & chips", "Fish &amp; chips"),
    ("1 < 2 > 0", "1 &lt; 2 &gt; 0"),
    ('It\'s "quoted"', 'It\'s "quoted"'),
    ("<b>Bold</b> & plain", "Bold &amp; plain"),
    ("Grüße aus Köln", "Grüße aus Köln"),
]


def stored(api: Api, thread_id: int) -> list[str | None]:
    entry = t.thread_entry.c
    return [row.title for row in api.rows(select(entry.title).where(entry.thread_id == thread_id).order_by(entry.id))]


@pytest.mark.parametrize("who", ["alice", "uma"])
@pytest.mark.parametrize(("subject", "title"), TITLES)
def test_first_message_has_the_subject_as_osticket_stores_it(api: Api, who: str, subject: str, title: str) -> None:
    by, owner = (api.staff(who), {"user_id": 1}) if who == "alice" else (api.user(who), {})
    ticket = by.post("/tickets", {"subject": subject, "message": "x", "topic_id": 1, **owner})
    assert ticket.status == 201, ticket.errors
    assert stored(api, thread_of(api, ticket.data["id"]))[0] == title
    (shown, *_) = by.get(f"/tickets/{ticket.data['id']}/thread").data
    assert shown["title"] == title.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")


def test_title_of_a_note_stays_the_same_through_an_edit(api: Api) -> None:
    alice = api.staff("alice")
    note = alice.post(f"/tickets/{ALICES}/note", {"title": "R&D", "body": "x"}).data
    edited = alice.patch(f"/tickets/{ALICES}/thread/{note['id']}", {"body": "y"})
    assert (note["title"], edited.status, edited.data["title"]) == ("R&D", 200, "R&D")
    assert stored(api, thread_of(api, ALICES))[-1] == "R&amp;D"


def test_title_that_the_panel_stored_is_read_as_text(api: Api) -> None:
    entry = t.thread_entry.c
    thread_id = thread_of(api, ALICES)

    def write(tx: Any) -> None:
        tx.change(update(t.thread_entry).where(entry.thread_id == thread_id).values(title="Q&amp;A &lt;now&gt;"))

    api.write(write)
    shown = api.staff("alice").get(f"/tickets/{ALICES}/thread").data
    assert {each["title"] for each in shown} == {"Q&A <now>"}


def test_long_title_is_not_cut_within_a_character(api: Api) -> None:
    alice = api.staff("alice")
    note = alice.post(f"/tickets/{ALICES}/note", {"title": "x" * 252 + "&&&", "body": "x"})
    assert (note.status, note.data["title"]) == (201, "x" * 252)
    assert stored(api, thread_of(api, ALICES))[-1] == "x" * 252
