"""What a webhook is told of when it filters: tickets that are, or were until the event, as it asks for."""

from typing import Any

import pytest

from tests.webhooks.conftest import TICKET, Telling
from tests.webhooks.receiving import Receiver

NOTES = ["ticket.note_added"]


def ticket_of(telling: Telling) -> Any:
    return telling.dora.get(f"/tickets/{TICKET}").data


def others(telling: Telling, path: str, id: int) -> list[int]:
    return [each["id"] for each in telling.dora.get(f"{path}?per_page=100").data if each["id"] != id]


@pytest.mark.parametrize(
    ("name", "path", "of_ticket"),
    [
        ("departments", "/departments", "department"),
        ("topics", "/topics", "topic"),
        ("statuses", "/statuses", "status"),
        ("priorities", "/priorities", "priority"),
    ],
)
def test_filter_by_ids(telling: Telling, receiver: Receiver, name: str, path: str, of_ticket: str) -> None:
    id = ticket_of(telling)[of_ticket]["id"]
    telling.add(receiver.url, types=NOTES, filters={name: others(telling, path, id)})
    telling.note()
    telling.tell()
    assert receiver.got == []
    telling.add(receiver.url, types=NOTES, filters={name: [id]})
    telling.note()
    telling.tell()
    assert receiver.types == NOTES


def test_filter_by_source(telling: Telling, receiver: Receiver) -> None:
    source = ticket_of(telling)["source"]
    telling.add(receiver.url, types=NOTES, filters={"sources": sorted({"Web", "Phone", "Email"} - {source})})
    telling.note()
    telling.tell()
    assert receiver.got == []
    telling.add(receiver.url, types=NOTES, filters={"sources": [source]})
    telling.note()
    telling.tell()
    assert receiver.types == NOTES


def with_a_choice(telling: Telling) -> tuple[int, str, dict[str, str]]:
    """A ticket, the name of a field with choices, and what it has answered."""
    for ticket in telling.dora.get("/tickets?per_page=100").data:
        for name, value in ticket["custom_fields"].items():
            if isinstance(value, dict) and "key" in value:
                return ticket["id"], name, value
    raise AssertionError("no ticket has answered a choice")


@pytest.mark.parametrize("part", ["key", "label"])
def test_filter_by_a_custom_field(telling: Telling, receiver: Receiver, part: str) -> None:
    ticket, name, value = with_a_choice(telling)
    telling.add(receiver.url, types=NOTES, filters={"fields": {name: ["something else", value[part]]}})
    telling.note(ticket, "dora")
    telling.note(agent="dora")
    telling.tell()
    assert [got.json["data"]["ticket_id"] for got in receiver.got] == [ticket]


def test_filters_narrow_together(telling: Telling, receiver: Receiver) -> None:
    ticket, name, value = with_a_choice(telling)
    sources = {"Web", "Phone", "Email"} - {telling.dora.get(f"/tickets/{ticket}").data["source"]}
    telling.add(receiver.url, types=NOTES, filters={"fields": {name: [value["key"]]}, "sources": sorted(sources)})
    telling.note(ticket, "dora")
    telling.tell()
    assert receiver.got == []


def test_ticket_that_gets_another_status_is_told_to_both(telling: Telling, receiver: Receiver) -> None:
    before = ticket_of(telling)["status"]["id"]
    closed = next(each["id"] for each in telling.dora.get("/statuses").data if each["state"] == "closed")
    for status in (before, closed):
        telling.add(receiver.url, types=["ticket.closed"], filters={"statuses": [status]})
    answer = telling.dora.post(f"/tickets/{TICKET}/status", {"status_id": closed})
    assert answer.status == 200, answer.errors
    telling.tell()
    assert receiver.types == ["ticket.closed", "ticket.closed"]


def test_deletion_passes_as_the_ticket_was(telling: Telling, receiver: Receiver) -> None:
    ticket = ticket_of(telling)
    kept = {"statuses": [ticket["status"]["id"]], "topics": [ticket["topic"]["id"]], "sources": [ticket["source"]]}
    telling.add(receiver.url, types=["ticket.deleted"], filters=kept)
    telling.add(receiver.url, types=["ticket.deleted"], filters={"priorities": [ticket["priority"]["id"]]})
    telling.add(
        receiver.url, types=["ticket.deleted"], filters={"topics": others(telling, "/topics", ticket["topic"]["id"])}
    )
    assert telling.dora.delete(f"/tickets/{TICKET}").status == 204
    telling.tell()
    assert receiver.types == ["ticket.deleted", "ticket.deleted"]
