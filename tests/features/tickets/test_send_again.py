"""Mailing a response once more, changed or as it is."""

from typing import Any

import pytest
from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.tables.own_mail import api_outgoing_mail
from tests.features.outgoing_mails.test_service import make
from tests.features.tickets.acts import ALICES, last_events
from tests.fixtures.api import Api

EDITED, GUARDED, RESENT = 0x2, 0x8, 0x10


def respond(api: Api) -> int:
    answer = api.staff("alice").post(f"/tickets/{ALICES}/reply", {"body": "<p>First.</p>", "reply_to": "none"})
    return int(answer.data["id"])


def flags_of(api: Api, entry: int) -> int:
    return int(api.rows(select(t.thread_entry.c.flags).where(t.thread_entry.c.id == entry))[0].flags)


def mails(api: Api) -> list[tuple[str, int]]:
    make(api)
    mail = api_outgoing_mail.c
    return [(row.template, row.entry_id) for row in api.rows(select(mail.template, mail.entry_id).order_by(mail.id))]


def test_a_response_is_mailed_again_as_it_is(api: Api) -> None:
    entry = respond(api)
    answer = api.staff("dora").post(f"/tickets/{ALICES}/thread/{entry}/resend", {"signature": "author"})
    assert (answer.status, answer.data["id"], answer.data["body"]) == (200, entry, "<p>First.</p>")
    assert flags_of(api, entry) & (RESENT | EDITED | GUARDED) == RESENT
    assert last_events(api, ALICES) == [("resent", {"entry": entry})]
    assert mails(api) == [("ticket.reply", entry)]


def test_a_changed_response_is_mailed_and_stays_in_the_history(api: Api) -> None:
    entry, alice = respond(api), api.staff("alice")
    changed = alice.patch(f"/tickets/{ALICES}/thread/{entry}", {"body": "<p>Second.</p>", "resend": True})
    second = changed.data["id"]
    assert flags_of(api, second) & (RESENT | EDITED | GUARDED) == RESENT | EDITED | GUARDED
    assert mails(api) == [("ticket.reply", second)]
    third = alice.patch(f"/tickets/{ALICES}/thread/{second}", {"body": "<p>Third.</p>"}).data
    assert third["parent_id"] == second
    assert mails(api) == [("ticket.reply", second)]


@pytest.mark.parametrize(("signature", "ends_with"), [("mine", "Dora"), ("author", "Alice"), ("none", None)])
def test_the_mail_ends_with_the_signature_that_is_asked_for(api: Api, signature: str, ends_with: str | None) -> None:
    for name in ("alice", "dora"):
        change: dict[str, Any] = {"signature": f"<p>Yours, {name.title()}</p>"}
        assert api.staff(name).patch("/staff/me", change).status == 200
    path = f"/tickets/{ALICES}/thread/{respond(api)}/resend"
    assert api.staff("dora").post(path, {"signature": signature}).status == 200
    make(api)
    (mail,) = api.staff("dora").get(f"/outgoing-mails?ticket_id={ALICES}").data
    text = api.staff("dora").get(f"/outgoing-mails/{mail['id']}").data["text"]
    assert [name for name in ("Alice", "Dora") if f"Yours, {name}" in text] == ([ends_with] if ends_with else [])


def test_only_what_an_agent_answered_is_mailed_again(api: Api) -> None:
    dora = api.staff("dora")
    note = dora.post(f"/tickets/{ALICES}/note", {"body": "<p>Hm.</p>"}).data["id"]
    for answer in (
        dora.post(f"/tickets/{ALICES}/thread/{note}/resend"),
        dora.patch(f"/tickets/{ALICES}/thread/{note}", {"body": "<p>Oh.</p>", "resend": True}),
    ):
        assert (answer.status, answer.errors[0]["code"]) == (409, "not_a_response")
    assert dora.get(f"/tickets/{ALICES}/thread/{note}").data["body"] == "<p>Hm.</p>"
    assert dora.post(f"/tickets/{ALICES}/thread/999999/resend").status == 404
