"""Lists of tickets, and tickets by themselves."""

import pytest

from tests.fixtures.api import Api
from tests.fixtures.counting import fewest_queries


def test_list_shows_the_agents_department_and_what_their_teams_have(api: Api) -> None:
    answer = api.staff("alice").get("/tickets", params={"per_page": 100})
    assert answer.status == 200
    elsewhere = [ticket for ticket in answer.data if ticket["department"]["name"] != "Support"]
    assert answer.meta["total"] == len(answer.data) > len(elsewhere)
    assert all(ticket["team"] is not None for ticket in elsewhere)


def test_list_needs_a_caller(api: Api) -> None:
    answer = api.anonymous().get("/tickets")
    assert answer.status == 401
    assert answer.errors[0]["code"] == "unauthenticated"


def test_pages_and_cursors_give_the_same_tickets(api: Api) -> None:
    alice = api.staff("alice")
    by_page: list[int] = []
    by_cursor: list[int] = []
    page, cursor = 1, None
    while True:
        answer = alice.get("/tickets", params={"per_page": 7, "page": page, "sort": "-last_activity_at"})
        by_page += [ticket["id"] for ticket in answer.data]
        page += 1
        if answer.meta["next_cursor"] is None:
            break
    while True:
        params = {"per_page": 7, "sort": "-last_activity_at"} | ({"cursor": cursor} if cursor else {})
        answer = alice.get("/tickets", params=params)
        by_cursor += [ticket["id"] for ticket in answer.data]
        cursor = answer.meta["next_cursor"]
        if cursor is None:
            break
    assert by_page == by_cursor
    assert len(set(by_page)) == len(by_page) == answer.meta["total"]


@pytest.mark.parametrize(
    "sort",
    ["id", "-id", "number", "created_at", "-updated_at", "-closed_at", "closed_at", "due_at", "-due_at", "-priority"],
)
def test_every_sort_key_pages_through_everything(api: Api, sort: str) -> None:
    alice, seen, cursor = api.staff("alice"), [], None
    while True:
        params = {"per_page": 5, "sort": sort} | ({"cursor": cursor} if cursor else {})
        answer = alice.get("/tickets", params=params)
        assert answer.status == 200, answer.errors
        seen += [ticket["id"] for ticket in answer.data]
        cursor = answer.meta["next_cursor"]
        if cursor is None:
            break
    assert sorted(seen) == sorted({ticket["id"] for ticket in alice.get("/tickets?per_page=100").data})


def test_detail_with_thread_takes_at_most_four_queries(api: Api) -> None:
    alice = api.staff("alice")
    ticket_id = alice.get("/tickets?per_page=1").data[0]["id"]
    assert alice.get(f"/tickets/{ticket_id}?include=thread").data["thread"]
    assert fewest_queries(alice, f"/tickets/{ticket_id}?include=thread") <= 4


def test_list_takes_at_most_three_queries(api: Api) -> None:
    assert fewest_queries(api.staff("alice"), "/tickets?per_page=5") <= 3


def test_ids_are_numbers_where_a_ticket_has_children_and_collaborators(api: Api) -> None:
    """Both come by one query, in which a database may make something else of numbers of two kinds."""
    dora = api.staff("dora")
    assert dora.post("/tickets/26/collaborators", {"user_id": 2}).status == 201
    ticket = dora.post("/tickets/26/link", {"tickets": [29]}).data
    assert ticket["collaborators"][0]["user"]["id"] == 2
    assert ticket["children"][0]["status"]["id"] == 1


def test_a_page_of_the_conversation_leads_to_the_next(api: Api) -> None:
    alice = api.staff("alice")
    total = alice.get("/tickets/1/thread").meta["total"]
    assert total > 2
    links = alice.get("/tickets/1/thread?per_page=1&page=2").headers["link"]
    assert 'per_page=1&page=3>; rel="next"' in links
    assert 'rel="next"' not in alice.get(f"/tickets/1/thread?per_page=1&page={total}").headers["link"]
