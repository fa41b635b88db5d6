"""Which ticket a token names, above all one that is not there any more."""

import json
from typing import Any

import pytest
from sqlalchemy import select, update

from osticket_api.db import tables as t
from tests.fixtures.api import Api
from tests.legacy.client import client, number_of, refused

GONE = (404, refused("Ticket not found"))


def numbered(api: Api, ticket_id: int, number: str) -> None:
    api.write(lambda tx: tx.change(update(t.ticket).where(t.ticket.c.ticket_id == ticket_id).values(number=number)))


def ids(api: Api) -> set[int]:
    return {row.ticket_id for row in api.rows(select(t.ticket.c.ticket_id))}


@pytest.mark.parametrize("number", ["9", "000009"])
def test_a_deletion_sent_again_deletes_no_other_ticket(api: Api, number: str) -> None:
    numbered(api, 3, number)
    ask = client(api)
    assert ask.body("DELETE", f"tickets-delete.php/{number}.json") == (200, number)
    assert ask.body("DELETE", f"tickets-delete.php/{number}.json") == GONE
    assert ask.body("GET", f"tickets-get.php/{number}.json") == GONE
    assert 9 in ids(api)
    assert 3 not in ids(api)


def test_a_ticket_deleted_by_an_agent_is_remembered_too(api: Api) -> None:
    numbered(api, 3, "9")
    assert api.staff("dora").delete("/tickets/3").status in (200, 204)
    assert client(api).body("DELETE", "tickets-delete.php/9.json") == GONE


@pytest.mark.parametrize("token", ["09", "009", "0000000009", "0"])
def test_no_id_begins_with_a_zero(api: Api, token: str) -> None:
    ask = client(api)
    assert ask.body("GET", f"tickets-get.php/{token}.json") == GONE
    assert ask.body("DELETE", f"tickets-delete.php/{token}.json") == GONE
    assert 9 in ids(api)


def test_an_id_names_a_ticket_as_long_as_it_is_no_number_of_a_deleted_one(api: Api) -> None:
    assert json.loads(client(api)("GET", "tickets-get.php/9.json").content)["id"] == 9


def test_yes_and_no_are_booleans(api: Api) -> None:
    late = update(t.ticket).where(t.ticket.c.ticket_id == 9).values(isoverdue=True, isanswered=False)
    api.write(lambda tx: tx.change(late))
    ask = client(api)
    ticket: Any = json.loads(ask("GET", "tickets-get.php/9.json").content)
    assert (ticket["isOverdue"], ticket["isAnswered"]) == (True, False)
    assert isinstance(ticket["isOverdue"], bool)
    assert "<isAnswered>0</isAnswered>" in ask("GET", "tickets-get.php/9.xml").content.decode()
    listed = json.loads(ask("GET", "tickets-search.php?limit=1").content)[0]
    assert isinstance(listed["isAnswered"], bool)


@pytest.mark.parametrize("query", ["query={}", "query=%23{}", "number={}"])
def test_a_search_finds_a_number(api: Api, query: str) -> None:
    number = number_of(api, 9)
    found = json.loads(client(api)("GET", f"tickets-search.php?{query.format(number)}").content)
    assert [each["number"] for each in found] == [number]
