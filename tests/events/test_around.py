"""What leaves no trace of its own: referrals taken back, collaborators switched; and entries that are half written."""

from typing import Any

from sqlalchemy import delete, select, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.events.listening import Listening
from tests.features.tickets.acts import thread_of
from tests.fixtures.api import Api

TICKET, CHARLIE, ULF = 26, 4, 3
"""A ticket of Support; charlie works in Billing, ulf has nothing to do with it."""


def of_ticket(caller: Any) -> list[str]:
    return [event["type"] for event in caller.get(f"/events?ticket_id={TICKET}").data]


def refer(api: Api) -> int:
    thread = thread_of(api, TICKET)

    def add(tx: Write) -> int:
        row = {"thread_id": thread, "object_id": CHARLIE, "object_type": "S", "created": tx.now}
        return tx.insert(t.thread_referral, **row)

    return int(api.write(add))


def test_referral_that_is_taken_back_is_told_and_gone_for_whom_it_was(api: Api, heard: Listening) -> None:
    referral = refer(api)
    heard.settle()
    heard.events()
    api.write(lambda tx: tx.change(delete(t.thread_referral).where(t.thread_referral.c.id == referral)))
    heard.settle()
    (event,) = heard.events()
    assert (event.type, event.subject_id, event.origin) == ("ticket.referral_removed", TICKET, "osticket")
    assert of_ticket(api.staff("charlie")) == ["ticket.gone"]
    assert of_ticket(api.staff("bob")) == ["ticket.referral_removed"]


def test_referral_that_is_taken_back_through_us_says_so(api: Api, heard: Listening) -> None:
    referral = refer(api)
    heard.settle()
    heard.events()
    assert api.staff("alice").delete(f"/tickets/{TICKET}/referrals/{referral}").status == 204
    heard.settle()
    (event,) = heard.events()
    assert (event.type, event.origin, event.actor_kind, event.actor_id) == (
        "ticket.referral_removed",
        "api",
        "staff",
        2,
    )


def test_deleting_a_ticket_tells_nothing_of_its_referrals(api: Api, heard: Listening) -> None:
    refer(api)
    heard.settle()
    heard.events()
    assert api.staff("dora").delete(f"/tickets/{TICKET}").status == 204
    heard.settle()
    assert heard.types() == ["ticket.deleted"]


def test_collaborator_who_is_switched_off_is_told_once(api: Api, heard: Listening) -> None:
    thread = thread_of(api, TICKET)
    collaborator = t.thread_collaborator.c

    def add(tx: Write) -> int:
        return tx.insert(t.thread_collaborator, thread_id=thread, user_id=ULF, flags=3, created=tx.now, updated=tx.now)

    row = api.write(add)
    heard.settle()
    heard.events()
    for flags in (2, 2, 3):
        api.write(
            lambda tx, flags=flags: tx.change(
                update(t.thread_collaborator).where(collaborator.id == row).values(flags=flags)
            )
        )
        heard.settle()
    events = heard.events()
    assert [event.type for event in events] == ["ticket.collaborator_updated"] * 2
    assert ['"is_active":true' in event.details for event in events] == [False, True]
    assert of_ticket(api.user("uma")) == []


def test_ticket_is_gone_for_whoever_takes_part_no_longer(api: Api, heard: Listening) -> None:
    thread = thread_of(api, TICKET)
    event_id = api.rows(select(t.event.c.id).where(t.event.c.name == "collab"))[0].id
    data = f'{{"del":{{"{ULF}":{{"name":"Ulf"}}}}}}'

    def remove(tx: Write) -> None:
        row = {"thread_id": thread, "thread_type": "T", "event_id": event_id, "data": data, "username": "php"}
        tx.insert(t.thread_event, **row, uid=1, uid_type="S", timestamp=tx.now)

    api.write(remove)
    heard.settle()
    assert of_ticket(api.user("ulf")) == ["ticket.gone"]
    assert of_ticket(api.user("uma")) == ["ticket.collaborator_removed"]


def test_agent_who_saw_a_ticket_as_theirs_hears_that_it_is_gone_when_it_is_closed(api: Api, heard: Listening) -> None:
    ticket = t.ticket.c

    def give(tx: Write) -> None:
        tx.change(update(t.ticket).where(ticket.ticket_id == TICKET).values(staff_id=CHARLIE))

    api.write(give)
    heard.settle()
    charlie = api.staff("charlie")
    before = charlie.get("/events").meta["next_cursor"]
    api.write(lambda tx: tx.change(update(t.ticket).where(ticket.ticket_id == TICKET).values(status_id=3)))
    heard.settle()
    assert [event["type"] for event in charlie.get(f"/events?after={before}").data] == ["ticket.gone"]


def test_agent_by_a_key_for_other_departments_hears_nothing_of_what_left(api: Api, heard: Listening) -> None:
    body = {"name": "limited", "permissions": ["tickets.read"], "staff_id": CHARLIE, "departments": [4]}
    made = api.staff("dora").post("/api-keys", body)
    assert made.status == 201, made.errors
    referral = refer(api)
    heard.settle()
    api.write(lambda tx: tx.change(delete(t.thread_referral).where(t.thread_referral.c.id == referral)))
    heard.settle()
    assert of_ticket(api.staff("charlie")) == ["ticket.gone"]
    answer = api.key(made.data["key"]).get(f"/events?ticket_id={TICKET}")
    assert (answer.status, answer.data) == (200, []), answer.errors


def test_new_text_is_not_taken_for_a_new_entry_before_it_is_marked_as_one(api: Api, heard: Listening) -> None:
    thread, entry = thread_of(api, TICKET), t.thread_entry.c
    note = api.staff("alice").post(f"/tickets/{TICKET}/note", {"body": "<p>one</p>"}).data["id"]
    heard.settle()
    heard.events()
    poster = api.rows(select(entry.poster).where(entry.id == note))[0].poster

    def replace(tx: Write) -> int:
        row = {"thread_id": thread, "pid": note, "type": "N", "staff_id": 2, "poster": poster, "body": "<p>two</p>"}
        return tx.insert(t.thread_entry, **row, created=tx.now)

    new = api.write(replace)
    heard.step(0.2)
    api.write(lambda tx: tx.change(update(t.thread_entry).where(entry.id == new).values(flags=2, editor=2)))
    heard.settle()
    assert heard.types() == ["ticket.entry_edited"]
