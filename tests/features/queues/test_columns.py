"""Queues that explain themselves: columns in the words of this API, with their values in each ticket."""

import csv
from typing import Any

from sqlalchemy import update

from osticket_api.db import tables as t
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


def test_a_list_with_columns_says_what_they_are(api: Api) -> None:
    alice = api.staff("alice")
    listed = alice.get("/queues/1/tickets?columns=true")
    assert listed.meta["columns"] == alice.get("/queues/1").data["columns"]
    assert "columns" not in alice.get("/queues/1/tickets").meta
    api.write(lambda tx: tx.change(update(t.queue_columns).values(heading="Called")))
    again = alice.get("/queues/1/tickets?columns=true", headers={"If-None-Match": listed.headers["ETag"]})
    assert again.status == 200
    assert {column["heading"] for column in again.meta["columns"]} == {"Called"}


def test_no_column_offers_an_order_by_what_is_hidden(api: Api) -> None:
    hidden = {"resource": "ticket", "field": "priority", "effect": "hide", "applies_to": "agents"}
    assert api.staff("dora").post("/field-permissions", hidden).status == 201
    alice = api.staff("alice")
    (column,) = [each for each in alice.get("/queues/1").data["columns"] if each["name"] == "priority"]
    assert column["sort_key"] is None


def test_a_queue_is_exported_with_its_own_headings(api: Api) -> None:
    alice = api.staff("alice")
    columns = alice.get("/queues/1").data["columns"]
    address = "/queues/1/tickets?columns=true&fields=columns"
    exported = alice.get(address, headers={"Accept": "text/csv"}).content.decode()
    heading, *rows = csv.reader(exported.splitlines())
    assert heading == [column["heading"] for column in columns]
    listed = alice.get(address).data
    assert len(rows) >= len(listed)
    place = [column["name"] for column in columns].index("subject")
    assert rows[0][place] == listed[0]["columns"][place]
