"""New tickets that a filter answers with a canned response."""

from typing import Any

import pytest
from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.kit import php_json
from tests.features.knowledge_base.texts import change, configure, uploaded
from tests.features.tickets.acts import last_events, row_of, thread_of
from tests.fixtures.api import Api, Caller

POSTER = "SYSTEM (Canned Reply)"
FOR_BILLING = 3
TICKET = {"subject": "urgent: toner", "topic_id": 1, "message": "<p>None left</p>"}


@pytest.fixture(autouse=True)
def _answering(api: Api) -> None:
    """A filter that answers with the response of another department."""
    answer_with(api, FOR_BILLING)


def answer_with(api: Api, canned_id: int) -> None:
    def unit(tx: Any) -> None:
        filter_id = tx.insert(t.filter_, name="Urgent", execorder=1)
        tx.insert(t.filter_rule, filter_id=filter_id, what="subject", how="contains", val="urgent")
        configuration = php_json.encode({"canned_id": canned_id})
        tx.insert(t.filter_action, filter_id=filter_id, type="canned", configuration=configuration)

    api.write(unit)


def opened(caller: Caller, **more: Any) -> int:
    made = caller.post("/tickets", {**TICKET, **more})
    assert made.status == 201, made.errors
    return int(made.data["id"])


def entries(api: Api, ticket_id: int) -> list[Any]:
    entry = t.thread_entry.c
    return api.rows(select(t.thread_entry).where(entry.thread_id == thread_of(api, ticket_id)).order_by(entry.id))


def test_the_system_answers_and_the_ticket_stays_unanswered(api: Api) -> None:
    ticket_id = opened(api.user("uma"))
    message, reply = entries(api, ticket_id)
    assert (reply.type, reply.poster, reply.staff_id, reply.user_id) == ("R", POSTER, None, None)
    assert reply.body == "<p>We have sent the invoice again to uma@acme.example.</p>"
    assert (reply.pid, reply.flags, reply.recipients, reply.format) == (message.id, 0x40 | 0x80, None, "html")
    ticket = row_of(api, ticket_id)
    assert (ticket.isanswered, ticket.staff_id) == (False, None)
    assert [name for name, _ in last_events(api, ticket_id)] == ["created"]
    (thread,) = api.rows(select(t.thread).where(t.thread.c.id == thread_of(api, ticket_id)))
    assert thread.lastresponse == reply.created


def test_the_user_reads_it(api: Api) -> None:
    uma = api.user("uma")
    thread = uma.get(f"/tickets/{opened(uma)}/thread").data
    assert [(entry["type"], entry["poster"], entry["is_system"]) for entry in thread][1:] == [
        ("response", POSTER, True)
    ]


def test_it_brings_its_files(api: Api) -> None:
    dora, uma = api.staff("dora"), api.user("uma")
    file_id = uploaded(dora)
    dora.patch(f"/canned-responses/{FOR_BILLING}", {"attachments": [{"file_id": file_id}]})
    thread = uma.get(f"/tickets/{opened(uma)}/thread").data
    assert [each["file_id"] for each in thread[1]["attachments"]] == [file_id]
    assert uma.get(f"/files/{file_id}").status == 200


def test_an_agent_who_opens_the_ticket_answers_in_the_name_of_the_system(api: Api) -> None:
    ticket_id = opened(api.staff("alice"), user_id=1)
    reply = entries(api, ticket_id)[1]
    assert (reply.poster, reply.staff_id) == (POSTER, 2)
    assert (row_of(api, ticket_id).isanswered, row_of(api, ticket_id).staff_id) == (False, None)


def test_without_rich_text_it_is_plain(api: Api) -> None:
    configure(api, "enable_richtext", "0")
    reply = entries(api, opened(api.user("uma")))[1]
    assert (reply.format, reply.body) == ("text", "We have sent the invoice again to uma@acme.example.")


def test_one_that_is_switched_off_or_gone_answers_nothing(api: Api) -> None:
    change(api, t.canned_response, FOR_BILLING, isenabled=False)
    assert len(entries(api, opened(api.user("uma")))) == 1
    change(api, t.canned_response, FOR_BILLING, isenabled=True)
    configure(api, "enable_premade", "0")
    assert len(entries(api, opened(api.user("uma")))) == 1


def test_other_tickets_are_not_answered(api: Api) -> None:
    assert len(entries(api, opened(api.user("uma"), subject="A calm question"))) == 1
