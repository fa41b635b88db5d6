"""Lists that are asked again and again, whose SELECT is built once."""

from sqlalchemy import update
from sqlalchemy.schema import DropTable

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.fixtures.api import Api


def _staff_ids(answer: object) -> set[int]:
    return {ticket["staff"]["id"] for ticket in answer.data}  # type: ignore[attr-defined]


def test_each_agent_gets_their_own_list_however_often_it_is_asked(api: Api) -> None:
    alice, bob = api.staff("alice"), api.staff("bob")
    for _ in range(3):
        assert _staff_ids(alice.get("/tickets?staff_id=me&status=open")) == {2}
        assert _staff_ids(bob.get("/tickets?staff_id=me&status=open")) == {3}


def test_users_who_ask_the_same_see_their_own(api: Api) -> None:
    uma, ulf = api.user("uma"), api.user("ulf")
    seen = [{ticket["id"] for ticket in caller.get("/tickets").data} for caller in (uma, ulf, uma, ulf)]
    assert seen[:2] == seen[2:]
    assert seen[0] != seen[1]


def test_a_list_asked_again_shows_what_has_changed_elsewhere(api: Api) -> None:
    alice = api.staff("alice")
    (first, *_) = alice.get("/tickets?staff_id=me&status=open").data
    api.write(_give_to_bob, first["id"])
    assert first["id"] not in {ticket["id"] for ticket in alice.get("/tickets?staff_id=me&status=open").data}


def _give_to_bob(tx: Write, ticket_id: int) -> None:
    tx.change(update(t.ticket).where(t.ticket.c.ticket_id == ticket_id).values(staff_id=3))


def test_tickets_are_there_while_osticket_builds_its_copy_of_the_answers_anew(api: Api) -> None:
    alice = api.staff("alice")
    before = alice.get("/tickets?status=open").data
    api.client.portal.call(api.database.write, _drop_copy)  # type: ignore[union-attr]
    assert alice.get("/tickets?status=open").data == before
    assert alice.patch(f"/tickets/{before[0]['id']}", json={"source": "Other"}).status == 200


def _drop_copy(tx: Write) -> None:
    tx.connection.execute(DropTable(t.ticket_cdata))
