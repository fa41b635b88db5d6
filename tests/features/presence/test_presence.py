"""Who is at a ticket: said again and again, told in the stream, and over by itself."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from osticket_api.db.tables.own_attention import api_presence
from osticket_api.db.unit import Write
from osticket_api.events import presence
from tests.events.listening import Listening
from tests.events.streaming import OpenStream, open_stream
from tests.fixtures.api import Api

TICKET = 26
"""Of uma, in Support, alice has it. charlie works in Billing."""
PATH = f"/tickets/{TICKET}/presence"


@pytest.fixture
def stream(api: Api) -> Iterator[OpenStream]:
    """What bob, who sees the ticket, is told of presence."""
    with open_stream(api, "/stream?types=ticket.presence", api.staff("bob").headers) as opened:
        yield opened


def present(event: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["name"], each["activity"]) for each in event["details"]["present"]]


def end(tx: Write) -> None:
    tx.change(update(api_presence).values(expires_at=tx.now - timedelta(seconds=1)))


def test_whoever_says_so_is_present_for_half_a_minute(api: Api) -> None:
    alice, dora = api.staff("alice"), api.staff("dora")
    said = alice.request("PUT", PATH)
    assert [(each["name"], each["activity"]) for each in said.data["present"]] == [("Alice Archer", "viewing")]
    assert said.data["expires_at"].endswith("Z")
    dora.request("PUT", PATH, json={"activity": "replying"})
    assert [each["activity"] for each in alice.get(PATH).data["present"]] == ["viewing", "replying"]
    api.write(end)
    assert alice.get(PATH).data == {"ticket_id": TICKET, "present": [], "expires_at": None}


def test_saying_it_again_changes_what_one_does_and_adds_nobody(api: Api) -> None:
    alice = api.staff("alice")
    alice.request("PUT", PATH)
    again = alice.request("PUT", PATH, json={"activity": "replying"}).data["present"]
    assert [each["activity"] for each in again] == ["replying"]
    refused = alice.request("PUT", PATH, json={"activity": "sleeping"})
    assert (refused.status, refused.fields) == (422, ["activity"])


def test_stream_tells_who_comes_changes_and_leaves(api: Api, stream: OpenStream) -> None:
    alice = api.staff("alice")
    alice.request("PUT", PATH)
    assert present(stream.wait_for(1, 60)[-1]) == [("Alice Archer", "viewing")]
    alice.request("PUT", PATH, json={"activity": "replying"})
    assert present(stream.wait_for(2, 60)[-1]) == [("Alice Archer", "replying")]
    assert alice.delete(PATH).status == 204
    assert present(stream.wait_for(3, 60)[-1]) == []
    event = stream.events()[0]
    assert (event["type"], event["id"], event["ticket_id"]) == ("ticket.presence", 0, TICKET)
    assert stream.text.count("id: 0\n") == 1, "only the place at which the stream began has an id"


def test_presence_that_ends_by_itself_is_told(api: Api, stream: OpenStream) -> None:
    api.staff("alice").request("PUT", PATH)
    stream.wait_for(1, 60)
    api.write(end)
    assert present(stream.wait_for(2, 60)[-1]) == []


def test_whoever_connects_is_told_who_is_there(api: Api) -> None:
    api.staff("alice").request("PUT", PATH)
    with open_stream(api, f"/stream?ticket_id={TICKET}", api.staff("dora").headers) as opened:
        assert present(opened.wait_for(1, 60)[0]) == [("Alice Archer", "viewing")]


def test_nobody_hears_of_tickets_that_they_do_not_see_and_users_hear_nothing(api: Api) -> None:
    heard = Listening(api)
    alice = api.staff("alice")
    with (
        open_stream(api, "/stream", api.staff("charlie").headers) as charlies,
        open_stream(api, "/stream", api.user("uma").headers) as umas,
        open_stream(api, "/stream", api.staff("bob").headers) as bobs,
    ):
        alice.request("PUT", PATH)
        bobs.wait_for(1, 60)
        alice.post(f"/tickets/{TICKET}/reply", {"body": "<p>x</p>"})
        heard.settle()
        assert "ticket.presence" not in {event["type"] for event in umas.wait_for(1, 60)}
        assert charlies.events() == []


def test_presence_is_no_part_of_the_feed(api: Api) -> None:
    heard = Listening(api)
    api.staff("alice").request("PUT", PATH)
    heard.settle()
    assert heard.types() == []


def test_what_ended_is_cleared_away(api: Api) -> None:
    api.staff("alice").request("PUT", PATH)
    api.write(lambda tx: tx.change(update(api_presence).values(expires_at=tx.now - timedelta(minutes=2))))
    assert api.write(presence.clear_ended) == 1
    assert api.rows(select(func.count()).select_from(api_presence))[0][0] == 0
