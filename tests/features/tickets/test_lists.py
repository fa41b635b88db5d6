"""Lists that are asked again and again, whose SELECT is built once."""

from sqlalchemy import select, update
from sqlalchemy.schema import DropTable

from osticket_api.db import tables as t
from osticket_api.db.caches import STATEMENTS
from osticket_api.db.unit import Write
from tests.features.tickets.acts import optional_indexes
from tests.fixtures.api import Api, Caller


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


def test_agents_who_see_alike_share_a_statement_and_not_their_tickets(api: Api) -> None:
    with optional_indexes(api):
        alice, twin = api.staff("alice"), api.staff_id(api.write(_add_twin, 2))
        everywhere = {row.ticket_id for row in api.rows(select(t.ticket.c.ticket_id).where(t.ticket.c.status_id == 1))}
        beyond = min(everywhere - _ids(twin, "status=open"))
        api.write(lambda tx: tx.change(update(t.ticket).where(t.ticket.c.ticket_id == beyond).values(staff_id=2)))
        for query in ("status=open", "status=open&sort=-last_activity_at"):
            for _ in range(2):
                seen, seen_by_twin = _ids(alice, query), _ids(twin, query)
                assert seen_by_twin < seen
                assert beyond in seen - seen_by_twin
        assert len(api.database.caches._values[STATEMENTS.name]) == 2


def _ids(caller: Caller, query: str) -> set[int]:
    return {ticket["id"] for ticket in caller.get(f"/tickets?per_page=100&{query}").data}


def _add_twin(tx: Write, staff_id: int) -> int:
    """An agent of the same departments and teams. Returns the id."""
    row = tx.row(select(t.staff).where(t.staff.c.staff_id == staff_id))
    assert row is not None
    own = {"username": "twin", "email": "twin@desk.example"}
    twin = tx.insert(t.staff, **{name: value for name, value in row._mapping.items() if name != "staff_id"} | own)
    for table in (t.staff_dept_access, t.team_member):
        for member in tx.rows(select(table).where(table.c.staff_id == staff_id)):
            tx.insert(table, **dict(member._mapping) | {"staff_id": twin})
    return twin


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
