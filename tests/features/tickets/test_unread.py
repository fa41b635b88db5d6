"""What each person has read of a ticket, and what they have not."""

from typing import Any

from sqlalchemy import func, select, update

from osticket_api.db import tables as t
from osticket_api.db.tables.own_attention import api_read_mark
from osticket_api.db.unit import Write
from osticket_api.features.tickets.api import clear_marks_of_deleted
from tests.events.listening import Listening
from tests.features.tickets.acts import ALICES, thread_of
from tests.fixtures.api import Api, Caller
from tests.fixtures.counting import fewest_queries


def write(api: Api, ticket_id: int, **values: Any) -> int:
    """An entry as PHP writes it. Returns its id."""
    thread = thread_of(api, ticket_id)

    def add(tx: Write) -> int:
        entry = {"thread_id": thread, "type": "M", "body": "<p>x</p>", "poster": "Uma", "created": tx.now}
        return tx.insert(t.thread_entry, **{**entry, **values})

    return int(api.write(add))


def is_unread(caller: Caller, ticket_id: int = ALICES) -> bool:
    shown = caller.get(f"/tickets/{ticket_id}?include=unread&fields=id,is_unread").data
    listed = {ticket["id"] for ticket in caller.get("/tickets?unread=true&fields=id&per_page=100").data}
    others = {ticket["id"] for ticket in caller.get("/tickets?unread=false&fields=id&per_page=100").data}
    assert (ticket_id in listed, ticket_id in others) == (shown["is_unread"], not shown["is_unread"])
    return bool(shown["is_unread"])


def test_what_others_write_is_unread_until_it_is_marked_read(api: Api) -> None:
    alice, dora = api.staff("alice"), api.staff("dora")
    assert not is_unread(alice)
    write(api, ALICES, user_id=1)
    assert is_unread(alice)
    marked = alice.post(f"/tickets/{ALICES}/read")
    assert (marked.status, marked.data["is_unread"]) == (200, False)
    assert not is_unread(alice)
    assert is_unread(dora)


def test_ones_own_entries_are_never_unread(api: Api) -> None:
    alice, uma = api.staff("alice"), api.user("uma")
    alice.post(f"/tickets/{ALICES}/reply", {"body": "<p>mine</p>"})
    assert (is_unread(alice), is_unread(uma)) == (False, True)
    uma.post(f"/tickets/{ALICES}/read")
    uma.post(f"/tickets/{ALICES}/message", {"body": "<p>hers</p>"})
    assert (is_unread(alice), is_unread(uma)) == (True, False)


def test_a_new_text_is_unread_to_all_but_whoever_wrote_it(api: Api) -> None:
    alice, dora = api.staff("alice"), api.staff("dora")
    entry = write(api, ALICES, staff_id=2, type="R")
    assert dora.post(f"/tickets/{ALICES}/read").status == 200
    api.write(lambda tx: tx.change(update(t.thread_entry).where(t.thread_entry.c.id == entry).values(flags=0x1)))
    write(api, ALICES, pid=entry, staff_id=2, type="R", editor=2, editor_type="S")
    assert (is_unread(alice), is_unread(dora)) == (False, True)


def test_users_are_not_told_of_notes(api: Api) -> None:
    api.staff("alice").post(f"/tickets/{ALICES}/note", {"body": "<p>secret</p>"})
    assert not is_unread(api.user("uma"))
    assert is_unread(api.staff("dora"))


def test_reading_up_to_an_entry_and_unreading_from_one(api: Api) -> None:
    alice = api.staff("alice")
    first, second = write(api, ALICES, user_id=1), write(api, ALICES, user_id=1)
    assert alice.post(f"/tickets/{ALICES}/read", {"entry_id": first}).data["is_unread"] is True
    assert alice.post(f"/tickets/{ALICES}/read", {"entry_id": second}).data["is_unread"] is False
    back = alice.post(f"/tickets/{ALICES}/read", {"entry_id": first}).data
    assert (back["is_unread"], back["entry_id"]) == (False, second)
    assert alice.post(f"/tickets/{ALICES}/unread", {"entry_id": second}).data["entry_id"] == second - 1
    assert is_unread(alice)


def test_entries_that_are_not_the_callers_to_read_are_refused(api: Api) -> None:
    note = api.staff("alice").post(f"/tickets/{ALICES}/note", {"body": "<p>secret</p>"}).data["id"]
    elsewhere = write(api, 25)
    for caller, entry in ((api.user("uma"), note), (api.staff("alice"), elsewhere), (api.staff("alice"), 2**32 - 1)):
        for verb in ("read", "unread"):
            refused = caller.post(f"/tickets/{ALICES}/{verb}", {"entry_id": entry})
            assert (refused.status, refused.fields) == (422, ["entry_id"])


def test_marking_unread_by_hand_holds_where_all_entries_are_ones_own(api: Api) -> None:
    uma = api.user("uma")
    mark = uma.post(f"/tickets/{ALICES}/unread").data
    assert mark.pop("marked_at")
    assert mark == {"ticket_id": ALICES, "entry_id": None, "is_unread": True}
    assert is_unread(uma)
    uma.post(f"/tickets/{ALICES}/read")
    assert not is_unread(uma)


def test_marks_neither_touch_the_ticket_nor_its_etag(api: Api) -> None:
    alice = api.staff("alice")
    before = alice.get(f"/tickets/{ALICES}")
    alice.post(f"/tickets/{ALICES}/unread")
    assert alice.get(f"/tickets/{ALICES}").headers["etag"] == before.headers["etag"]
    held = {"If-Match": alice.get(f"/tickets/{ALICES}?include=unread").headers["etag"]}
    alice.post(f"/tickets/{ALICES}/read")
    noted = alice.patch(f"/tickets/{ALICES}", {"source": "Phone"}, headers=held)
    assert noted.status == 200, noted.errors


def test_dry_runs_leave_no_mark(api: Api) -> None:
    alice = api.staff("alice")
    answer = alice.post(f"/tickets/{ALICES}/unread?dry_run=true")
    assert {"kind": "read_mark", "ticket_id": ALICES, "is_unread": True} in answer.data["effects"]
    assert not is_unread(alice)


def test_totals_know_of_ones_own_marks_at_once(api: Api) -> None:
    alice = api.staff("alice")
    counted = "/tickets?unread=true&fields=id&per_page=1"
    for ticket_id in (25, ALICES):
        alice.post(f"/tickets/{ticket_id}/unread")
    assert alice.get(counted).meta["total"] == 2
    alice.post("/tickets/29/unread")
    assert alice.get(counted).meta["total"] == 3


def test_keys_that_stand_for_nobody_have_nothing_unread(api: Api) -> None:
    made = api.staff("dora").post("/api-keys", {"name": "reader", "permissions": ["tickets.read"]})
    key = api.key(made.data["key"])
    for path in (f"/tickets/{ALICES}?include=unread", "/tickets?unread=true"):
        refused = key.get(path)
        assert (refused.status, refused.fields) == (422, ["unread"])


def test_marks_of_deleted_tickets_are_forgotten(api: Api) -> None:
    heard = Listening(api)
    dora = api.staff("dora")
    dora.post(f"/tickets/{ALICES}/read")
    dora.post("/tickets/25/read")
    assert dora.delete(f"/tickets/{ALICES}").status == 204
    heard.settle()
    api.write(clear_marks_of_deleted)
    left = select(api_read_mark.c.ticket_id).where(api_read_mark.c.principal == "staff:5")
    assert [row.ticket_id for row in api.rows(left)] == [25]


def test_asking_for_a_page_costs_no_query_for_each_ticket(api: Api) -> None:
    alice = api.staff("alice")
    assert api.rows(select(func.count()).select_from(t.ticket))[0][0] > 10
    few, many = (fewest_queries(alice, f"/tickets?unread=false&per_page={size}") for size in (5, 50))
    assert many <= few + 1


def test_lists_leave_out_what_a_read_only_server_does_not_store(api: Api) -> None:
    alice = api.staff("alice")
    api.database.has_own_tables = False
    listed = alice.get("/tickets?include=unread,allowed")
    assert listed.status == 200
    assert all("is_unread" not in each for each in listed.data)
    assert "is_unread" not in alice.get(f"/tickets/{ALICES}?include=unread").data
    refused = alice.get("/tickets?unread=true")
    assert (refused.status, [each["code"] for each in refused.errors]) == (501, ["not_available"])
