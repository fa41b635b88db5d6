"""Queues that explain themselves: columns in the words of this API, with their values in each ticket."""

from typing import Any

from tests.fixtures.api import Api


def at(ticket: Any, name: str) -> Any:
    if name == "assignee":
        return ticket["staff"] or ticket["team"]
    for part in name.split("."):
        ticket = None if ticket is None else ticket.get(part)
    return ticket


def test_every_column_of_a_new_help_desk_has_its_name_type_and_values(api: Api) -> None:
    alice = api.staff("alice")
    for queue in (1, 2, 8):
        columns = alice.get(f"/queues/{queue}").data["columns"]
        assert columns
        assert all(column["name"] and column["type"] != "unknown" for column in columns), columns
        tickets = alice.get(f"/queues/{queue}/tickets?columns=true").data
        for ticket in tickets:
            assert ticket["columns"] == [at(ticket, column["name"]) for column in columns]
    assert "columns" not in alice.get("/queues/1/tickets").data[0]


def test_sort_keys_are_those_that_lists_take(api: Api) -> None:
    alice = api.staff("alice")
    queue = alice.get("/queues/1").data
    keys = [column["sort_key"] for column in queue["columns"] if column["sort_key"]]
    orders = [sort["sort"] for sort in queue["sorts"] if sort["sort"]]
    assert keys
    assert orders
    for sort in keys + orders:
        assert alice.get("/queues/1/tickets", params={"sort": sort}).status == 200
