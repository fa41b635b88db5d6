"""Linking tickets: parents, children, and how they part again."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.features.tickets.acts import ALICES, CLOSED_BY_ALICE, UNASSIGNED, last_events, row_of, set_ticket
from tests.fixtures.api import Answer, Api

PARENT, CHILD, OTHER = ALICES, UNASSIGNED, 27
IN_MAINTENANCE = 19
LINKED_CHILD, LINKED_PARENT = 8, 24


def link(api: Api, parent: int, *children: int | str, by: str = "alice") -> Answer:
    return api.staff(by).post(f"/tickets/{parent}/link", json={"tickets": list(children)})


def number(api: Api, ticket_id: int) -> str:
    return str(row_of(api, ticket_id).number)


def flags_of(api: Api, ticket_id: int) -> int:
    return int(row_of(api, ticket_id).flags)


def test_linked_tickets_know_each_other(api: Api) -> None:
    answer = link(api, PARENT, CHILD)
    assert answer.status == 200
    assert answer.data["relation"] == "linked"
    assert [child["id"] for child in answer.data["children"]] == [CHILD]
    child = row_of(api, CHILD)
    assert (child.ticket_pid, child.flags, child.sort) == (PARENT, LINKED_CHILD, 1)
    assert flags_of(api, PARENT) == LINKED_PARENT
    assert last_events(api, CHILD) == [("linked", {"ticket": f"Ticket #{number(api, PARENT)}", "id": PARENT})]
    assert last_events(api, PARENT) == [("linked", {"ticket": f"Ticket #{number(api, CHILD)}", "id": CHILD})]


def test_tickets_are_named_by_id_and_by_number_and_counted_once(api: Api) -> None:
    answer = link(api, PARENT, CHILD, f"number:{number(api, CHILD)}", str(OTHER))
    assert answer.status == 200
    assert [row_of(api, child).sort for child in (CHILD, OTHER)] == [1, 2]


def test_a_later_child_comes_behind_the_others(api: Api) -> None:
    link(api, PARENT, CHILD)
    link(api, PARENT, OTHER)
    assert row_of(api, OTHER).sort == 2


def test_links_can_be_nested(api: Api) -> None:
    link(api, PARENT, CHILD)
    assert link(api, CHILD, OTHER).status == 200
    middle = row_of(api, CHILD)
    assert (middle.ticket_pid, middle.flags) == (PARENT, LINKED_PARENT)


def test_a_circle_is_refused(api: Api) -> None:
    link(api, PARENT, CHILD)
    link(api, CHILD, OTHER)
    answer = link(api, OTHER, PARENT)
    assert (answer.status, answer.errors[0]["code"]) == (409, "circle")
    assert row_of(api, PARENT).ticket_pid is None


def test_a_circle_that_is_there_already_does_not_hang(api: Api) -> None:
    set_ticket(api, PARENT, ticket_pid=OTHER)
    set_ticket(api, OTHER, ticket_pid=PARENT)
    assert link(api, PARENT, CHILD).status == 200


def test_two_who_link_both_ways_at_once_make_no_circle(api: Api) -> None:
    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda pair: link(api, *pair), [(PARENT, CHILD), (CHILD, PARENT)]))
    assert sorted(answer.status for answer in answers) == [200, 409]


def test_a_ticket_is_not_linked_to_itself(api: Api) -> None:
    answer = link(api, PARENT, PARENT)
    assert (answer.status, answer.errors[0]["code"]) == (409, "same_ticket")


def test_a_child_of_somebody_else_is_refused_together_with_every_other_obstacle(api: Api) -> None:
    link(api, PARENT, CHILD)
    answer = link(api, OTHER, CHILD, OTHER, CLOSED_BY_ALICE)
    assert answer.status == 409
    assert [error["code"] for error in answer.errors] == ["has_parent", "same_ticket"]
    assert row_of(api, CLOSED_BY_ALICE).ticket_pid is None


def test_a_parent_that_is_gone_does_not_hinder(api: Api) -> None:
    set_ticket(api, CHILD, ticket_pid=4711)
    assert link(api, PARENT, CHILD).status == 200
    assert row_of(api, CHILD).ticket_pid == PARENT


def test_unknown_and_invisible_tickets_are_named(api: Api) -> None:
    answer = link(api, PARENT, 4711, CHILD, 28)
    assert answer.status == 422
    assert answer.fields == ["tickets.0", "tickets.2"]
    assert link(api, 28, CHILD).status == 404


def test_an_empty_list_is_refused(api: Api) -> None:
    assert link(api, PARENT).fields == ["tickets"]


def test_linking_needs_the_right_on_every_ticket(api: Api) -> None:
    answer = link(api, PARENT, CHILD, by="bob")
    assert (answer.status, answer.errors[0]["detail"]) == (403, {"permission": "ticket.link"})


def test_linking_needs_the_right_to_edit_the_parent(api: Api) -> None:
    def only_link(tx: Write) -> None:
        tx.change(t.role.update().where(t.role.c.id == 4).values(permissions='{"ticket.link":1}'))

    api.write(only_link)
    answer = link(api, PARENT, CHILD, by="bob")
    assert (answer.status, answer.errors[0]["detail"]) == (403, {"permission": "ticket.edit"})
    assert api.staff("bob").post(f"/tickets/{PARENT}/unlink").status == 409


def test_a_stale_state_is_refused(api: Api) -> None:
    answer = api.staff("alice").post(
        f"/tickets/{PARENT}/link", json={"tickets": [CHILD]}, headers={"If-Match": '"0123"'}
    )
    assert answer.status == 412


def test_a_dry_run_links_nothing(api: Api) -> None:
    answer = api.staff("alice").post(f"/tickets/{PARENT}/link", json={"tickets": [CHILD]}, params={"dry_run": "true"})
    kinds = [effect["kind"] for effect in answer.data["effects"]]
    assert kinds == ["event", "event", "ticket", "ticket"]
    assert row_of(api, CHILD).ticket_pid is None


@pytest.mark.parametrize("named", [PARENT, CHILD])
def test_unlinking_either_side_clears_both(api: Api, named: int) -> None:
    link(api, PARENT, CHILD)
    answer = api.staff("alice").post(f"/tickets/{named}/unlink", json={})
    assert (answer.status, answer.data["relation"]) == (200, "none")
    child = row_of(api, CHILD)
    assert (child.ticket_pid, child.flags, child.sort) == (None, 0, 1)
    assert flags_of(api, PARENT) == 0
    assert last_events(api, CHILD)[0][0] == last_events(api, PARENT)[0][0] == "unlinked"


def test_a_parent_with_children_left_stays_one(api: Api) -> None:
    link(api, PARENT, CHILD, OTHER)
    api.staff("alice").post(f"/tickets/{CHILD}/unlink")
    assert flags_of(api, PARENT) == LINKED_PARENT
    api.staff("alice").post(f"/tickets/{OTHER}/unlink")
    assert flags_of(api, PARENT) == 0


def test_unlinking_the_middle_of_a_chain_frees_both_ends(api: Api) -> None:
    link(api, PARENT, CHILD)
    link(api, CHILD, OTHER)
    assert api.staff("alice").post(f"/tickets/{CHILD}/unlink").status == 200
    assert [flags_of(api, ticket) for ticket in (PARENT, CHILD, OTHER)] == [0, 0, 0]
    assert row_of(api, OTHER).ticket_pid is None


def test_unlinking_the_end_of_a_chain_leaves_the_middle_a_child(api: Api) -> None:
    link(api, PARENT, CHILD)
    link(api, CHILD, OTHER)
    api.staff("alice").post(f"/tickets/{OTHER}/unlink")
    middle = row_of(api, CHILD)
    assert (middle.ticket_pid, middle.flags) == (PARENT, LINKED_CHILD)


def test_links_of_the_plugin_without_marks_are_undone(api: Api) -> None:
    set_ticket(api, CHILD, ticket_pid=PARENT)
    assert api.staff("alice").post(f"/tickets/{PARENT}/unlink").status == 200
    assert row_of(api, CHILD).ticket_pid is None


def test_what_is_linked_to_nothing_cannot_be_unlinked(api: Api) -> None:
    answer = api.staff("alice").post(f"/tickets/{CHILD}/unlink")
    assert (answer.status, answer.errors[0]["code"]) == (409, "not_linked")


def test_unlinking_needs_a_right_here(api: Api) -> None:
    link(api, PARENT, CHILD)
    answer = api.staff("bob").post(f"/tickets/{CHILD}/unlink")
    assert (answer.status, answer.errors[0]["detail"]) == (403, {"permission": "ticket.link"})


def test_children_are_listed_as_far_as_the_caller_sees_them(api: Api) -> None:
    link(api, PARENT, CHILD, OTHER, IN_MAINTENANCE, by="dora")
    path = f"/tickets/{PARENT}/children"
    by_dora = api.staff("dora").get(path)
    assert [ticket["id"] for ticket in by_dora.data] == sorted([CHILD, OTHER, IN_MAINTENANCE])
    assert by_dora.meta["total"] == 3
    assert [ticket["id"] for ticket in api.staff("alice").get(path).data] == sorted([CHILD, OTHER])
    page = api.staff("dora").get(path, params={"sort": "-id", "per_page": 1, "fields": "id"})
    assert page.data == [{"id": max(CHILD, OTHER, IN_MAINTENANCE)}]


def test_children_of_an_invisible_ticket_are_not_found(api: Api) -> None:
    assert api.staff("charlie").get(f"/tickets/{PARENT}/children").status == 404
