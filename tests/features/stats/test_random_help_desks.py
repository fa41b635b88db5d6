"""Statistics of random help desks, against a count that looks at every ticket by itself."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from random import Random
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select, update

from osticket_api.access.loading import find_staff
from osticket_api.access.principal import Staff
from osticket_api.db import tables as t
from osticket_api.db.unit import Read, Write
from tests.features.stats.test_queries import add_ticket, clear, permit, set_zone
from tests.fixtures.api import Api

FIRST, LAST = date(2020, 3, 1), date(2020, 3, 20)
START = datetime(2020, 2, 20, tzinfo=UTC)
OPEN, CLOSED = 1, (2, 3)
STATUSES = (*[OPEN] * 3, *CLOSED, 4)
PLACES = {"status": "status_id", "department": "dept_id", "staff": "staff_id", "team": "team_id", "topic": "topic_id"}


@dataclass
class Known:
    """What the test knows of a ticket."""

    columns: dict[str, Any]
    organization: int | None
    created: datetime
    closed: datetime | None
    first_response: datetime | None
    reopened: Sequence[datetime]
    referrals: set[tuple[str, int]] = field(default_factory=set)

    @property
    def is_open(self) -> bool:
        return bool(self.columns["status_id"] == OPEN)

    def is_listed_for(self, staff: Staff) -> bool:
        columns, teams = self.columns, {("E", each) for each in staff.team_ids}
        assigned = columns["staff_id"] == staff.id or columns["team_id"] in staff.team_ids
        mine = self.is_open and (assigned or self.referrals & {("S", staff.id), *teams})
        if mine or staff.assigned_only:
            return bool(mine)
        departments = {("D", each) for each in staff.department_ids}
        return bool(columns["dept_id"] in staff.department_ids or self.referrals & departments)


def fill(tx: Write, random: Random) -> list[Known]:
    clear(tx)
    tx.change(delete(t.thread_referral))
    choices = {
        "dept_id": tx.scalars(select(t.department.c.id)),
        "staff_id": [None, *tx.scalars(select(t.staff.c.staff_id))],
        "team_id": [None, *tx.scalars(select(t.team.c.team_id))],
        "topic_id": [None, *tx.scalars(select(t.help_topic.c.topic_id))],
        "user_id": [None, *tx.scalars(select(t.user.c.id))],
    }
    organizations = {row.id: row.org_id for row in tx.rows(select(t.user.c.id, t.user.c.org_id))}
    return [add_random(tx, random, choices, organizations) for _ in range(150)]


def add_random(tx: Write, random: Random, choices: dict[str, Any], organizations: dict[int, Any]) -> Known:
    def later(moment: datetime) -> datetime:
        return moment + timedelta(seconds=int(random.lognormvariate(11, 1.5)))

    columns = {name: random.choice(values) for name, values in choices.items()}
    columns |= {"status_id": random.choice(STATUSES), "isoverdue": random.random() < 0.3}
    columns |= {"isanswered": random.random() < 0.3}
    created = START + timedelta(seconds=random.randrange(35 * 86400))
    closed = later(created) - timedelta(minutes=5) if random.random() < 0.6 else None
    responses = sorted(later(created) for _ in range(random.choice((0, 1, 2))))
    reopened = [later(created) for _ in range(random.choice((0, 0, 1, 2)))]
    ticket_id = add_ticket(tx, created, closed=closed, responses=tuple(responses), reopened=tuple(reopened), **columns)
    first, organization = min(responses, default=None), organizations.get(columns["user_id"])
    known = Known(columns, organization, created, closed, first, reopened)
    thread_id = tx.scalar(select(t.thread.c.id).where(t.thread.c.object_id == ticket_id))
    for kind, name in (("S", "staff_id"), ("E", "team_id"), ("D", "dept_id")):
        target = random.choice(choices[name])
        if target is not None and random.random() < 0.2:
            tx.insert(t.thread_referral, thread_id=thread_id, object_id=target, object_type=kind, created=created)
            known.referrals.add((kind, target))
    return known


def seconds(starts_and_ends: Iterable[tuple[datetime, datetime | None]]) -> dict[str, Any]:
    found = sorted(int((end - start).total_seconds()) for start, end in starts_and_ends if end and end >= start)
    if not found:
        return {"count": 0, "average_seconds": None, "median_seconds": None, "p90_seconds": None}
    ninety = next(each for each in found if sum(other <= each for other in found) * 10 >= len(found) * 9)
    average = round(sum(found) / len(found))
    return {
        "count": len(found),
        "average_seconds": average,
        "median_seconds": round(median(found)),
        "p90_seconds": ninety,
    }


def flow(tickets: Sequence[Known], days: set[date], zone: tzinfo) -> dict[str, Any]:
    def falls(moment: datetime | None) -> bool:
        return moment is not None and moment.astimezone(zone).date() in days

    created = [each for each in tickets if falls(each.created)]
    closed = [each for each in tickets if falls(each.closed) and not each.is_open]
    return {
        "created": len(created),
        "closed": len(closed),
        "reopened": sum(falls(moment) for each in tickets for moment in each.reopened),
        "first_response": seconds((each.created, each.first_response) for each in created),
        "resolution": seconds((each.created, each.closed) for each in closed),
    }


def numbers(tickets: Sequence[Known], days: set[date], zone: tzinfo) -> dict[str, Any]:
    waiting = [each for each in tickets if each.is_open]
    now = {
        "open_now": len(waiting),
        "overdue_now": sum(each.columns["isoverdue"] for each in waiting),
        "unanswered_now": sum(not each.columns["isanswered"] for each in waiting),
    }
    return {**flow(tickets, days, zone), **now}


def is_told(told: dict[str, Any]) -> bool:
    return any(told[name] for name in ("created", "closed", "reopened", "open_now"))


def agent(tx: Read, name: str) -> Staff:
    staff = find_staff(tx, tx.scalar(select(t.staff.c.staff_id).where(t.staff.c.username == name)))
    assert staff is not None
    return staff


def restrict(tx: Write, name: str) -> None:
    tx.change(update(t.staff).where(t.staff.c.username == name).values(assigned_only=True))


@pytest.mark.parametrize(("seed", "zone"), [(1, "UTC"), (2, "America/New_York"), (3, "Asia/Kolkata")])
@pytest.mark.parametrize("name", ["dora", "alice", "charlie", "bob"])
def test_every_number_is_what_a_count_of_each_ticket_gives(api: Api, seed: int, zone: str, name: str) -> None:
    """bob sees but what is assigned or referred to him."""
    api.write(restrict, "bob")
    permit(api, name, '{"stats.agents":1}')
    set_zone(api, zone)
    tickets = api.write(fill, Random(seed))
    staff = api.write(agent, name)
    listed = [each for each in tickets if each.is_listed_for(staff)]
    range_ = {FIRST + timedelta(days=each) for each in range((LAST - FIRST).days + 1)}
    query = f"from={FIRST}&to={LAST}&group_by=status,department,team,topic,organization,day,staff"
    data = api.named(name).get(f"/stats/tickets?{query}").data
    where = ZoneInfo(zone)
    assert data["numbers"] == numbers(listed, range_, where)
    assert [each["numbers"] for each in data["groups"]["day"]] == [flow(listed, {day}, where) for day in sorted(range_)]
    for group in (*PLACES, "organization"):
        check_group(group, data["groups"][group], listed, range_, where)


def check_group(group: str, found: Any, listed: Sequence[Known], days: set[date], zone: tzinfo) -> None:
    def member(ticket: Known) -> int | None:
        return ticket.organization if group == "organization" else ticket.columns[PLACES[group]]

    expected = {
        each: numbers([ticket for ticket in listed if member(ticket) == each], days, zone)
        for each in Counter(map(member, listed))
    }
    assert {each["id"]: each["numbers"] for each in found} == {
        each: told for each, told in expected.items() if is_told(told)
    }
