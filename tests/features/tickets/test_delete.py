"""Deleting tickets, and what may stay of them."""

from typing import Any

import pytest
from sqlalchemy import func, select, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.features.tickets.acts import (
    ALICE,
    ALICES,
    CLOSED,
    UNASSIGNED,
    WITH_OPEN_TASK,
    row_of,
    set_config,
    set_ticket,
    thread_of,
)
from tests.fixtures.api import Api

OTHER = 27
WITH_FILE = 9


def delete(api: Api, ticket: int, by: str = "alice", **options: Any) -> int:
    return api.staff(by).delete(f"/tickets/{ticket}", **options).status


def count(api: Api, table: Any, *conditions: Any) -> int:
    return int(api.rows(select(func.count()).select_from(table).where(*conditions))[0][0])


def entry_ids(api: Api, thread_id: int) -> list[int]:
    return [row.id for row in api.rows(select(t.thread_entry.c.id).where(t.thread_entry.c.thread_id == thread_id))]


def test_nothing_of_a_deleted_ticket_is_left(api: Api) -> None:
    thread_id = thread_of(api, WITH_FILE)
    entries = entry_ids(api, thread_id)
    assert delete(api, WITH_FILE) == 204
    assert api.staff("alice").get(f"/tickets/{WITH_FILE}").status == 404
    assert count(api, t.thread, t.thread.c.id == thread_id) == 0
    assert entry_ids(api, thread_id) == []
    assert count(api, t.attachment, t.attachment.c.type == "H", t.attachment.c.object_id.in_(entries)) == 0
    assert count(api, t.file, t.file.c.id == 1) == 0
    assert count(api, t.file_chunk, t.file_chunk.c.file_id == 1) == 0
    for kind, ids in (("T", [WITH_FILE]), ("H", entries)):
        assert count(api, t.search, t.search.c.object_type == kind, t.search.c.object_id.in_(ids)) == 0
    assert count(api, t.form_entry, t.form_entry.c.object_type == "T", t.form_entry.c.object_id == WITH_FILE) == 0
    assert count(api, t.ticket_cdata, t.ticket_cdata.c.ticket_id == WITH_FILE) == 0


def test_its_events_stay_for_the_statistics(api: Api) -> None:
    thread_id = thread_of(api, ALICES)
    event = t.thread_event.c
    before = count(api, t.thread_event, event.thread_id == thread_id)
    delete(api, ALICES)
    assert count(api, t.thread_event, event.thread_id == 0) == before
    last = api.rows(select(t.thread_event).where(event.thread_id == thread_id))
    assert [(row.uid, row.username, row.data) for row in last] == [(ALICE, "alice", None)]


def test_its_tasks_become_tasks_of_no_ticket(api: Api) -> None:
    delete(api, WITH_OPEN_TASK)
    task = api.rows(select(t.task).where(t.task.c.id == 1))[0]
    assert (task.object_id, task.object_type) == (None, "")
    assert count(api, t.thread, t.thread.c.object_type == "A", t.thread.c.object_id == 1) == 1


def test_its_lock_goes(api: Api) -> None:
    alice = api.staff("alice")
    alice.post(f"/tickets/{ALICES}/lock")
    lock_id = row_of(api, ALICES).lock_id
    assert count(api, t.lock, t.lock.c.lock_id == lock_id) == 1
    delete(api, ALICES)
    assert count(api, t.lock, t.lock.c.lock_id == lock_id) == 0


def test_linked_children_stand_by_themselves(api: Api) -> None:
    api.staff("alice").post(f"/tickets/{ALICES}/link", json={"tickets": [UNASSIGNED]})
    delete(api, ALICES)
    child = row_of(api, UNASSIGNED)
    assert (child.ticket_pid, child.flags) == (None, 0)
    assert len(entry_ids(api, thread_of(api, UNASSIGNED))) == 1


def test_children_that_only_the_plugin_knows_stand_by_themselves_too(api: Api) -> None:
    set_ticket(api, UNASSIGNED, ticket_pid=ALICES)
    delete(api, ALICES)
    assert row_of(api, UNASSIGNED).ticket_pid is None


def test_a_parent_without_its_last_child_is_none(api: Api) -> None:
    api.staff("alice").post(f"/tickets/{ALICES}/link", json={"tickets": [UNASSIGNED, OTHER]})
    delete(api, UNASSIGNED)
    assert row_of(api, ALICES).flags == 24
    delete(api, OTHER)
    assert row_of(api, ALICES).flags == 0


def test_a_linked_child_leaves_no_conversation(api: Api) -> None:
    thread_id = thread_of(api, UNASSIGNED)
    api.staff("alice").post(f"/tickets/{ALICES}/link", json={"tickets": [UNASSIGNED]})
    delete(api, UNASSIGNED)
    assert count(api, t.thread, t.thread.c.id == thread_id) == 0
    assert entry_ids(api, thread_id) == []


def test_merged_tickets_get_their_conversation_back(api: Api) -> None:
    own = {ticket: entry_ids(api, thread_of(api, ticket)) for ticket in (UNASSIGNED, OTHER)}
    body = {"mode": "combine", "participants": "owner", "child_status_id": CLOSED}
    api.staff("alice").post(f"/tickets/{ALICES}/merge", json={"tickets": list(own), **body})
    assert delete(api, ALICES) == 204
    for ticket, entries in own.items():
        child = row_of(api, ticket)
        assert (child.ticket_pid, child.flags) == (None, 0)
        assert entry_ids(api, thread_of(api, ticket)) == entries
    assert count(api, t.thread_entry_merge) == 0
    assert count(api, t.thread_entry, t.thread_entry.c.flags.bitwise_and(0x400) != 0) == 0
    assert count(api, t.thread, t.thread.c.object_type == "C") == 0


def test_a_merged_ticket_leaves_its_words_with_the_parent(api: Api) -> None:
    words = entry_ids(api, thread_of(api, UNASSIGNED))
    body = {"tickets": [UNASSIGNED], "mode": "combine", "participants": "owner", "child_status_id": CLOSED}
    api.staff("alice").post(f"/tickets/{ALICES}/merge", json=body)
    assert delete(api, UNASSIGNED) == 204
    assert set(words) <= set(entry_ids(api, thread_of(api, ALICES)))
    assert row_of(api, ALICES).flags == 0


def test_a_reason_is_logged_where_everything_is(api: Api) -> None:
    log = select(t.syslog).where(t.syslog.c.log_type == "Debug")
    delete(api, UNASSIGNED, json={"comment": "<p>Spam & worse</p>"})
    assert api.rows(log) == []
    set_config(api, "log_level", "3")
    number = row_of(api, OTHER).number
    delete(api, OTHER, json={"comment": "<p>Spam &amp; worse</p>"})
    row = api.rows(log)[0]
    assert number in row.title
    assert "Spam &amp; worse" in row.log


def test_deleting_needs_the_right(api: Api) -> None:
    answer = api.staff("bob").delete(f"/tickets/{ALICES}")
    assert (answer.status, answer.errors[0]["detail"]) == (403, {"permission": "ticket.delete"})
    assert delete(api, ALICES, by="charlie") == 404


def test_a_stale_state_is_refused(api: Api) -> None:
    tag = api.staff("alice").get(f"/tickets/{ALICES}").headers["etag"]
    assert delete(api, ALICES, headers={"If-Match": '"0123"'}) == 412
    assert delete(api, ALICES, headers={"If-Match": tag}) == 204


def test_a_dry_run_deletes_nothing(api: Api) -> None:
    answer = api.staff("alice").delete(f"/tickets/{ALICES}", params={"dry_run": "true"})
    assert {"kind": "ticket", "id": ALICES, "deleted": True} in answer.data["effects"]
    assert api.staff("alice").get(f"/tickets/{ALICES}").status == 200


@pytest.mark.parametrize("body", [{"reason": "x"}, {"comment": ""}])
def test_a_body_of_another_kind_is_refused(api: Api, body: dict[str, str]) -> None:
    assert delete(api, ALICES, json=body) == 422


def test_a_ticket_without_a_thread_is_deleted_all_the_same(api: Api) -> None:
    def lose_thread(tx: Write) -> None:
        tx.change(update(t.thread).where(t.thread.c.object_id == ALICES).values(object_id=4711))

    api.write(lose_thread)
    assert delete(api, ALICES) == 204
