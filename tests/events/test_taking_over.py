"""What happens when whoever appends dies, is overtaken, or comes back late: nothing is lost or told twice."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, update

from osticket_api.db import tables as t
from osticket_api.db.tables.own_events import api_event, api_feed, api_trace
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Unavailable
from osticket_api.events import comparing, hub, reading, settling, sweeping
from osticket_api.events.feed import Positions
from osticket_api.events.tailer import Tailer
from tests.events.listening import Listening
from tests.events.streaming import open_stream
from tests.events.test_appending import add_entry
from tests.fixtures.api import Api

TICKET, THREAD = 10, 10
"""An old ticket of the sample help desk, and its conversation."""
LATER = datetime(2026, 1, 1, tzinfo=UTC)


def newest_entry(api: Api) -> int:
    return int(api.rows(select(func.max(t.thread_entry.c.id)))[0][0])


def feed_row(api: Api) -> Any:
    return api.rows(select(api_feed))[0]


def die(heard: Listening) -> None:
    """Let another process take over from one that died."""
    heard.api.write(lambda tx: tx.change(update(api_feed).values(holder=None)))
    heard.tailer = Tailer(heard.api.database)


def transferred(tx: Write) -> None:
    """The event that PHP writes of a transfer, a moment before the ticket has it."""
    event = t.event.c
    kind = tx.scalar(select(event.id).where(event.name == "transferred"))
    thread = tx.scalar(select(t.thread.c.id).where(t.thread.c.object_id == TICKET, t.thread.c.object_type == "T"))
    tx.insert(
        t.thread_event, thread_id=thread, thread_type="T", event_id=kind, staff_id=0, team_id=0, dept_id=1,
        topic_id=0, data="{}", username="php", uid=1, uid_type="S", timestamp=tx.now,
    )  # fmt: skip


def move(tx: Write) -> None:
    tx.change(update(t.ticket).where(t.ticket.c.ticket_id == TICKET).values(dept_id=2))


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Large tables are compared in parts as in a help desk of many tickets."""
    monkeypatch.setattr(comparing, "PART", 2)
    monkeypatch.setattr(sweeping, "PART", 2)


def test_own_change_is_known_as_ours_however_late_it_is_told(api: Api, heard: Listening) -> None:
    note = api.staff("alice").post("/tickets/26/note", {"body": "<p>x</p>"}, headers={"X-Request-ID": "r-1"})
    assert note.status == 201, note.errors
    api.write(lambda tx: tx.change(update(api_trace).values(created_at=tx.now - timedelta(minutes=10))))
    heard.step()
    (event,) = heard.events()
    assert (event.origin, event.request_id) == ("api", "r-1")


@pytest.mark.usefixtures("small_parts")
def test_row_that_follows_its_event_is_told_though_another_process_told_the_event(api: Api, heard: Listening) -> None:
    api.write(transferred)
    heard.step()
    assert heard.types() == ["ticket.transferred"]
    die(heard)
    heard.step()
    api.write(move)
    heard.step()
    (event,) = heard.events()
    assert (event.type, json.loads(event.changes)) == ("ticket.updated", {"department_id": [4, 2]})


def test_late_row_is_heard_after_a_time_in_which_nobody_looked(api: Api, heard: Listening) -> None:
    last = newest_entry(api)
    add_entry(api, last + 2)
    heard.step()
    aged = _aged(feed_row(api).positions)
    api.write(lambda tx: tx.change(update(api_feed).values(positions=aged)))
    die(heard)
    heard.settle()
    add_entry(api, last + 1)
    heard.step()
    assert [json.loads(event.details)["entry_id"] for event in heard.events()] == [last + 2, last + 1]


def _aged(positions: str) -> str:
    """The positions as they would be had everything been missed long ago."""
    known = json.loads(positions)
    opened = {name: dict.fromkeys(ids, 1) for name, ids in known["open"].items()}
    return json.dumps({**known, "open": opened})


@pytest.mark.usefixtures("small_parts")
def test_what_a_look_found_in_vain_is_found_again_by_the_next(api: Api, heard: Listening) -> None:
    heard.settle()
    api.write(lambda tx: tx.change(update(t.user).where(t.user.c.id == 1).values(name="Renamed")))
    while heard.tailer._since is not None:
        api.write(lambda tx: tx.change(update(api_feed).values(version=api_feed.c.version + 1)))
        heard.step(1.0)
    heard.step(1.0)
    assert heard.types() == ["user.updated"]


def test_after_an_outage_each_conversation_is_told_in_its_order(api: Api, heard: Listening) -> None:
    """Of entries there are more than one look takes; events of after them must not overtake them."""
    first, seconds = newest_entry(api), 1100

    def write(tx: Write) -> None:
        entry = {"thread_id": THREAD, "type": "N", "poster": "x", "body": "x", "staff_id": 2, "updated": None}
        moments = [LATER + timedelta(seconds=second) for second in range(seconds)]
        rows = [{"id": first + place, **entry, "created": at} for place, at in enumerate(moments, 1)]
        tx.insert_many(t.thread_entry, rows)
        for at in (LATER + timedelta(seconds=second) for second in range(0, seconds, 50)):
            transferred(tx)
            newest = tx.scalar(select(func.max(t.thread_event.c.id)))
            tx.change(update(t.thread_event).where(t.thread_event.c.id == newest).values(timestamp=at))

    api.write(write)
    heard.settle()
    told = [event.occurred_at for event in heard.events()]
    assert len(told) == seconds + seconds // 50
    assert told == sorted(told)


def test_what_comes_late_of_one_ticket_does_not_put_another_out_of_order(api: Api, heard: Listening) -> None:
    def write(tx: Write) -> None:
        for thread, second in ((THREAD + 1, 59), (THREAD, 57)):
            tx.insert(
                t.thread_entry, **{**_note(tx), "thread_id": thread, "created": LATER + timedelta(seconds=second)}
            )
        transferred(tx)
        newest = tx.scalar(select(func.max(t.thread_event.c.id)))
        at = LATER + timedelta(seconds=58)
        tx.change(update(t.thread_event).where(t.thread_event.c.id == newest).values(timestamp=at))

    api.write(write)
    heard.step()
    types = [event.type for event in heard.events() if event.ticket_id == TICKET]
    assert types == ["ticket.note_added", "ticket.transferred"]


def test_a_look_reads_no_further_than_the_moment_it_began(api: Api, heard: Listening) -> None:
    """Tables are read one after the other: what comes meanwhile is for the next look, from all of them."""

    def look(tx: Write) -> tuple[list[Any], dict[str, int]]:
        newest = reading.newest_ids(tx)
        tx.insert(t.thread_entry, **_note(tx))
        return reading.new_rows(tx, reading.ENTRIES, Positions(), newest["entry"]), newest

    rows, newest = api.write(look)
    assert max(row.id for row in rows) == newest["entry"] < newest_entry(api)


def test_more_conversations_than_are_watched_are_all_told_of(
    api: Api, heard: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change of many tickets at once, such as a mass action."""
    monkeypatch.setattr(settling, "_WARM_LIMIT", 10)
    monkeypatch.setattr(reading, "_MOST_OPEN", 100)
    count, base = 300, 1000

    def open_many(tx: Write) -> None:
        ticket = {"user_id": 1, "status_id": 1, "dept_id": 1, "created": LATER, "updated": LATER}
        ids = range(base, base + count)
        tx.insert_many(t.ticket, [{"ticket_id": id, "number": str(id), **ticket} for id in ids])
        thread = {"object_type": "T", "created": LATER}
        tx.insert_many(t.thread, [{"id": id, "object_id": id, **thread} for id in ids])
        event = {
            "thread_type": "T", "event_id": tx.scalar(select(t.event.c.id).where(t.event.c.name == "created")),
            "staff_id": 0, "team_id": 0, "dept_id": 1, "topic_id": 0, "username": "php", "timestamp": LATER,
        }  # fmt: skip
        tx.insert_many(t.thread_event, [{"thread_id": id, **event} for id in ids])

    api.write(open_many)
    for _ in range(3):
        heard.step(0.25)
    assert sorted(event.subject_id for event in heard.events()) == list(range(base, base + count))


def test_number_is_not_given_to_two_events_though_the_database_forgot_the_first(api: Api, heard: Listening) -> None:
    """A crash of its machine may take a database back by a second, and a replica may lack the last changes."""
    before = feed_row(api)
    api.write(transferred)
    heard.step()
    (lost,) = heard.events()
    earlier = {name: getattr(before, name) for name in ("version", "last_number", "positions")}
    api.write(lambda tx: tx.change(delete(api_event).where(api_event.c.number == lost.number)))
    api.write(lambda tx: tx.change(update(api_feed).values(earlier)))
    api.write(lambda tx: tx.change(insert(t.thread_entry).values(_note(tx))))
    heard.settle()
    told = [row.number for row in api.rows(select(api_event.c.number).where(api_event.c.number >= lost.number))]
    assert len(told) == 2
    assert lost.number not in told


def _note(tx: Write) -> dict[str, Any]:
    return {
        "thread_id": THREAD,
        "type": "N",
        "poster": "x",
        "body": "x",
        "staff_id": 2,
        "created": tx.now,
        "updated": None,
    }


def test_open_stream_hears_as_soon_as_the_database_is_back(
    api: Api, heard: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    glance, failures = hub._glance, [Unavailable.because("away")] * 2

    def glancing(tx: Read) -> Any:
        if failures:
            raise failures.pop()
        return glance(tx)

    with open_stream(api, "/stream?types=ticket.*", api.staff("alice").headers) as stream:
        monkeypatch.setattr(hub, "_glance", glancing)
        api.staff("alice").post("/tickets/26/note", {"body": "<p>x</p>"})
        heard.step()
        assert len(stream.wait_for(1)) == 1
    assert failures == []


def test_feed_that_was_lost_begins_above_the_events_that_are_there(api: Api, heard: Listening) -> None:
    assert api.staff("alice").post("/tickets/26/note", {"body": "<p>x</p>"}).status == 201
    heard.step()
    (told,) = heard.events()
    api.write(lambda tx: tx.change(delete(api_feed)))
    die(heard)
    heard.settle()
    assert api.staff("alice").post("/tickets/26/note", {"body": "<p>y</p>"}).status == 201
    heard.step()
    assert [event.number > told.number for event in heard.events()] == [True]
