"""Merging tickets: where their conversation goes, who takes part, and what becomes of them."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.features.tickets.acts import (
    ALICES,
    CLOSED,
    CLOSED_BY_ALICE,
    DELETED,
    MAINTENANCE,
    OPEN,
    RESOLVED,
    UGO,
    UMA,
    UNASSIGNED,
    WITH_OPEN_TASK,
    last_events,
    referrals_of,
    row_of,
    set_ticket,
    thread_of,
)
from tests.fixtures.api import Answer, Api

PARENT, CHILD, OTHER = ALICES, UNASSIGNED, 27
IN_MAINTENANCE = 19
MERGED_ENTRY = 0x400


def merge(api: Api, parent: int, *children: int, by: str = "alice", **more: Any) -> Answer:
    body = {"mode": "combine", "participants": "owner", "child_status_id": CLOSED, **more}
    return api.staff(by).post(f"/tickets/{parent}/merge", json={"tickets": list(children), **body})


def entries_of(api: Api, thread_id: int) -> dict[int, int]:
    """Ids and flags."""
    entry = t.thread_entry.c
    rows = api.rows(select(entry.id, entry.flags).where(entry.thread_id == thread_id).order_by(entry.id))
    return {row.id: row.flags for row in rows}


def thread_row(api: Api, thread_id: int) -> Any:
    return api.rows(select(t.thread).where(t.thread.c.id == thread_id))[0]


def collaborators_of(api: Api, ticket_id: int) -> set[int]:
    collaborator = t.thread_collaborator.c
    rows = api.rows(select(collaborator.user_id).where(collaborator.thread_id == thread_of(api, ticket_id)))
    return {row.user_id for row in rows}


@pytest.mark.parametrize(("mode", "flag"), [("combine", 1), ("separate", 2)])
def test_the_conversation_moves_and_the_child_is_closed(api: Api, mode: str, flag: int) -> None:
    home, away = thread_of(api, PARENT), thread_of(api, CHILD)
    said = entries_of(api, away)
    answer = merge(api, PARENT, CHILD, mode=mode)
    assert (answer.status, answer.data["relation"]) == (200, "merged")
    assert answer.data["children"][0]["status"]["name"] == "Closed"
    moved = entries_of(api, home)
    assert {entry: flags & ~MERGED_ENTRY for entry, flags in moved.items() if flags & MERGED_ENTRY} == said
    child, parent = row_of(api, CHILD), row_of(api, PARENT)
    assert (child.ticket_pid, child.flags, child.status_id, child.sort) == (PARENT, flag, CLOSED, 1)
    assert parent.flags == 16 | flag
    left = thread_row(api, away)
    assert (left.object_type, json.loads(left.extra)) == ("C", {"ticket_id": PARENT, "number": child.number})


def test_where_each_entry_came_from_is_kept(api: Api) -> None:
    away = thread_of(api, CHILD)
    said = set(entries_of(api, away))
    merge(api, PARENT, CHILD)
    rows = api.rows(select(t.thread_entry_merge))
    assert {row.thread_entry_id for row in rows} == said
    assert {row.data for row in rows} == {f'{{"thread":{away}}}'}


def test_hidden_entries_stay_behind(api: Api) -> None:
    away = thread_of(api, CHILD)
    first = min(entries_of(api, away))
    api.staff("alice").patch(f"/tickets/{CHILD}/thread/{first}", {"body": "<p>Another text.</p>"})
    merge(api, PARENT, CHILD)
    assert list(entries_of(api, away)) == [first]


def test_the_owner_of_a_child_takes_part(api: Api) -> None:
    merge(api, PARENT, CHILD)
    assert collaborators_of(api, PARENT) == {UGO}


def test_an_owner_of_both_does_not(api: Api) -> None:
    merge(api, PARENT, OTHER)
    assert collaborators_of(api, PARENT) == set()


def test_everybody_takes_part_where_that_is_asked(api: Api) -> None:
    nina, mine = 4, 17
    api.staff("alice").post(f"/tickets/{CHILD}/collaborators", json={"user_id": nina})
    api.staff("alice").post(f"/tickets/{CHILD}/collaborators", json={"user_id": UMA})
    merge(api, mine, CHILD, participants="all")
    assert collaborators_of(api, mine) == {nina, UMA, UGO}


def test_a_child_is_closed_though_a_task_is_open(api: Api) -> None:
    assert merge(api, PARENT, WITH_OPEN_TASK).status == 200
    assert row_of(api, WITH_OPEN_TASK).status_id == CLOSED


def test_tasks_move_where_that_is_asked(api: Api) -> None:
    merge(api, PARENT, WITH_OPEN_TASK, move_tasks=True)
    assert [row.object_id for row in api.rows(select(t.task).where(t.task.c.id == 1))] == [PARENT]


def test_a_closed_ticket_can_be_merged(api: Api) -> None:
    assert merge(api, PARENT, CLOSED_BY_ALICE).status == 200
    assert last_events(api, PARENT, 2)[0][0] == "merged"


def test_the_parent_can_get_a_status_too(api: Api) -> None:
    answer = merge(api, PARENT, CHILD, parent_status_id=RESOLVED)
    assert answer.data["status"]["name"] == "Resolved"


def test_a_parent_that_cannot_get_its_status_is_not_merged(api: Api) -> None:
    answer = merge(api, WITH_OPEN_TASK, CHILD, parent_status_id=RESOLVED)
    assert (answer.status, answer.errors[0]["code"]) == (409, "open_tasks")
    assert row_of(api, CHILD).ticket_pid is None


def test_a_parent_keeps_the_status_it_has(api: Api) -> None:
    assert merge(api, PARENT, CHILD, parent_status_id=OPEN).status == 200


@pytest.mark.parametrize(
    ("field", "status_id"),
    [
        ("child_status_id", OPEN),
        ("child_status_id", 99),
        ("child_status_id", DELETED),
        ("parent_status_id", DELETED),
        ("parent_status_id", 99),
    ],
)
def test_a_status_that_does_not_fit_is_named(api: Api, field: str, status_id: int) -> None:
    wrong: dict[str, Any] = {field: status_id}
    answer = merge(api, PARENT, CHILD, **wrong)
    assert (answer.status, answer.fields) == (422, [field])


def test_the_department_of_a_child_keeps_it_in_sight(api: Api) -> None:
    merge(api, PARENT, IN_MAINTENANCE, by="dora")
    assert ("D", MAINTENANCE) in referrals_of(api, PARENT)
    assert last_events(api, PARENT, 2)[0] == ("referred", {"dept": MAINTENANCE})


def test_a_deleted_child_leaves_its_words(api: Api) -> None:
    said = set(entries_of(api, thread_of(api, WITH_OPEN_TASK)))
    answer = merge(api, PARENT, WITH_OPEN_TASK, delete_children=True)
    assert (answer.status, answer.data["relation"], answer.data["task_count"]) == (200, "none", 1)
    assert api.staff("alice").get(f"/tickets/{WITH_OPEN_TASK}").status == 404
    assert said <= set(entries_of(api, thread_of(api, PARENT)))


def test_links_are_undone_first(api: Api) -> None:
    alice = api.staff("alice")
    alice.post(f"/tickets/{PARENT}/link", json={"tickets": [CHILD, OTHER]})
    assert merge(api, PARENT, CHILD).status == 200
    assert row_of(api, OTHER).ticket_pid is None
    assert row_of(api, OTHER).flags == 0
    assert (row_of(api, CHILD).flags, row_of(api, PARENT).flags) == (1, 17)


def test_a_linked_parent_can_be_merged_into_its_child(api: Api) -> None:
    api.staff("alice").post(f"/tickets/{PARENT}/link", json={"tickets": [CHILD]})
    assert merge(api, CHILD, PARENT).status == 200
    assert (row_of(api, PARENT).ticket_pid, row_of(api, CHILD).ticket_pid) == (CHILD, None)


def test_what_was_merged_into_a_child_is_merged_into_the_parent(api: Api) -> None:
    merge(api, CHILD, OTHER)
    said = set(entries_of(api, thread_of(api, CHILD)))
    oldest = thread_row_of_child(api, OTHER)
    assert merge(api, PARENT, CHILD, mode="separate").status == 200
    assert [row_of(api, ticket).ticket_pid for ticket in (CHILD, OTHER)] == [PARENT, PARENT]
    assert [row_of(api, ticket).flags for ticket in (CHILD, OTHER)] == [2, 2]
    assert sorted(row_of(api, ticket).sort for ticket in (CHILD, OTHER)) == [1, 2]
    assert said <= set(entries_of(api, thread_of(api, PARENT)))
    assert json.loads(thread_row(api, oldest).extra)["ticket_id"] == PARENT


def thread_row_of_child(api: Api, ticket_id: int) -> int:
    thread = t.thread.c
    return int(api.rows(select(thread.id).where(thread.object_id == ticket_id, thread.object_type == "C"))[0].id)


def test_the_latest_merge_decides_how_all_are_shown(api: Api) -> None:
    merge(api, PARENT, CHILD, mode="combine")
    merge(api, PARENT, OTHER, mode="separate")
    assert [row_of(api, ticket).flags for ticket in (PARENT, CHILD, OTHER)] == [18, 2, 2]
    assert [row_of(api, ticket).sort for ticket in (CHILD, OTHER)] == [1, 2]


def test_a_merged_ticket_is_not_merged_again(api: Api) -> None:
    merge(api, PARENT, CHILD)
    for parent, child in ((OTHER, CHILD), (CHILD, OTHER), (PARENT, CHILD)):
        answer = merge(api, parent, child)
        assert (answer.status, answer.errors[0]["code"]) == (409, "merged")


def test_two_parents_are_not_merged(api: Api) -> None:
    merge(api, PARENT, CHILD)
    merge(api, OTHER, 17)
    answer = merge(api, PARENT, OTHER)
    assert (answer.status, answer.errors[0]["code"]) == (409, "two_merges")


def test_a_ticket_is_not_merged_into_itself(api: Api) -> None:
    answer = merge(api, PARENT, PARENT)
    assert (answer.status, answer.errors[0]["code"]) == (409, "same_ticket")


def test_merged_tickets_are_neither_linked_nor_unlinked(api: Api) -> None:
    merge(api, PARENT, CHILD)
    alice = api.staff("alice")
    for ticket in (PARENT, CHILD):
        assert alice.post(f"/tickets/{ticket}/link", json={"tickets": [OTHER]}).errors[0]["code"] == "merged"
        assert alice.post(f"/tickets/{ticket}/unlink").errors[0]["code"] == "merged"


def test_merging_needs_the_right_on_every_ticket(api: Api) -> None:
    answer = merge(api, PARENT, CHILD, by="bob")
    assert (answer.status, answer.errors[0]["detail"]) == (403, {"permission": "ticket.merge"})


def test_deleting_children_needs_the_right_to_delete(api: Api) -> None:
    def without_delete(tx: Write) -> None:
        granted = json.dumps(dict.fromkeys(["ticket.merge", "ticket.edit", "ticket.close"], 1))
        tx.change(t.role.update().where(t.role.c.id == 4).values(permissions=granted))

    api.write(without_delete)
    answer = merge(api, PARENT, CHILD, by="bob", delete_children=True)
    assert (answer.status, answer.errors[0]["detail"]) == (403, {"permission": "ticket.delete"})
    assert merge(api, PARENT, CHILD, by="bob").status == 200


def test_users_still_reach_what_they_asked(api: Api) -> None:
    merge(api, 17, CHILD)
    assert api.user("ugo").get("/tickets/17").status == 200


def test_a_message_on_a_merged_ticket_goes_to_the_parent(api: Api) -> None:
    merge(api, PARENT, CHILD)
    answer = api.user("ugo").post(f"/tickets/{CHILD}/message", json={"body": "<p>And now?</p>"})
    assert answer.status == 201
    assert answer.data["id"] in entries_of(api, thread_of(api, PARENT))


def test_a_dry_run_merges_nothing(api: Api) -> None:
    before = row_of(api, CHILD)
    body = {"tickets": [CHILD], "mode": "combine", "participants": "all", "child_status_id": CLOSED}
    answer = api.staff("alice").post(f"/tickets/{PARENT}/merge", json=body, params={"dry_run": "true"})
    assert {"event", "ticket", "thread"} <= {effect["kind"] for effect in answer.data["effects"]}
    assert row_of(api, CHILD) == before


def test_a_stale_state_is_refused(api: Api) -> None:
    alice = api.staff("alice")
    tag = alice.get(f"/tickets/{PARENT}").headers["etag"]
    set_ticket(api, PARENT, isanswered=True)
    body = {"tickets": [CHILD], "mode": "combine", "participants": "all", "child_status_id": CLOSED}
    assert alice.post(f"/tickets/{PARENT}/merge", json=body, headers={"If-Match": tag}).status == 412
