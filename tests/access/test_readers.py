"""Which agents may open a ticket: the same question as which tickets an agent may open, asked the other way round."""

import random
from typing import Any

from sqlalchemy import insert, select, update

from osticket_api.access.loading import find_staff
from osticket_api.access.readers import agents_who_may_open
from osticket_api.access.scope import reachable_ticket
from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from tests.fixtures.api import Api

BOB, CHARLIE = 3, 4
TICKET = 26
"""In Support, assigned to alice."""


def shuffle(api: Api) -> None:
    """Spread tickets, agents and referrals over a tree of departments by chance, the same each time."""
    chance = random.Random(26)

    def unit(tx: Any) -> None:
        ticket, staff, department = t.ticket.c, t.staff.c, t.department.c
        agents, places = tx.scalars(select(staff.staff_id)), tx.scalars(select(department.id).order_by(department.id))
        tickets, teams = tx.scalars(select(ticket.ticket_id)), tx.scalars(select(t.team.c.team_id))
        threads = tx.scalars(select(t.thread.c.id).where(t.thread.c.object_type == "T"))
        first, second, *_ = places
        below = {"pid": first, "path": f"/{first}/{second}/", "manager_id": BOB}
        tx.change(update(t.department).where(department.id == second).values(below))
        for each in agents:
            values = {"assigned_only": chance.random() < 0.3, "dept_id": chance.choice(places)}
            tx.change(update(t.staff).where(staff.staff_id == each).values(values))
        tx.change(update(t.staff).where(staff.staff_id == CHARLIE).values(isactive=False))
        for each in tickets:
            values = {"dept_id": chance.choice(places), "staff_id": chance.choice([*agents, None])}
            values |= {"team_id": chance.choice([*teams, None]), "status_id": chance.choice([1, 3])}
            tx.change(update(t.ticket).where(ticket.ticket_id == each).values(values))
        named = {"S": agents, "E": teams, "D": places}
        for each in chance.sample(threads, len(threads) // 2):
            kind = chance.choice("SED")
            values = {"thread_id": each, "object_type": kind, "object_id": chance.choice(named[kind])}
            tx.change(insert(t.thread_referral).values(**values, created=tx.now))

    api.write(unit)


def test_agents_who_may_open_a_ticket_are_those_who_reach_it(api: Api) -> None:
    shuffle(api)

    def compare(tx: Read) -> set[int]:
        staff, ticket, sizes = t.staff.c, t.ticket.c, set()
        principals = [find_staff(tx, each) for each in tx.scalars(select(staff.staff_id))]
        reached = {
            each.id: set(tx.scalars(select(ticket.ticket_id).where(reachable_ticket(each))))
            for each in principals
            if each is not None
        }
        for ticket_id in tx.scalars(select(ticket.ticket_id)):
            found = set(tx.scalars(select(staff.staff_id).where(agents_who_may_open(tx, ticket_id))))
            assert found == {agent for agent, tickets in reached.items() if ticket_id in tickets}, ticket_id
            sizes.add(len(found))
        return sizes

    assert len(api.write(compare)) > 2


def test_those_who_see_a_ticket_are_offered_and_nobody_else(api: Api) -> None:
    alice = api.staff("alice")
    offered = {each["username"] for each in alice.get(f"/staff?sees_ticket={TICKET}&active=true&per_page=100").data}
    everybody = {each["username"] for each in alice.get("/staff?active=true&per_page=100").data}
    assert offered == {name for name in everybody if api.staff(name).get(f"/tickets/{TICKET}").status == 200}
    assert {"alice", "bob"} <= offered
    assert "charlie" in everybody - offered
    number = alice.get(f"/tickets/{TICKET}").data["number"]
    assert {each["username"] for each in alice.get(f"/staff?sees_ticket=number:{number}&q=cha").data} == set()
    assert api.staff("charlie").get(f"/staff?sees_ticket={TICKET}").status == 404
