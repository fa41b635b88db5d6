"""Pages of long lists that are narrowed by a moment hold what they hold without."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import Executable, delete, select, update

from osticket_api.db import tables as t
from osticket_api.db import unit
from osticket_api.db.unit import Write
from osticket_api.features.tickets import lists, totals
from tests.features.tickets.acts import optional_indexes
from tests.fixtures.api import Api, Caller

START = datetime(2026, 3, 1, tzinfo=UTC)
FILTERS = ("", "&status=open", "&state=open,closed&overdue=true")


def _scatter(tx: Write) -> None:
    """Give all tickets departments, agents, and moments, of which one is late, some are the same, and some missing."""
    chance = random.Random(7)
    for ticket_id in tx.scalars(select(t.ticket.c.ticket_id)):
        late = chance.choice(("lastupdate", "lastupdate", "created", "lastmessage", "lastresponse"))
        hours = {name: chance.choice((None, 0, 1)) for name in ("lastupdate", "lastmessage", "lastresponse")}
        hours |= {"created": 0, late: chance.randrange(2, 8)} | ({"lastupdate": None} if late == "created" else {})
        moments = {name: None if hour is None else START + timedelta(hours=hour) for name, hour in hours.items()}
        spoken = {name: moments.pop(name) for name in ("lastmessage", "lastresponse")}
        values = {"dept_id": chance.choice((1, 2, 3)), "staff_id": chance.choice((0, 0, 2, 3)), **moments}
        values |= {"status_id": chance.choice((1, 1, 3)), "isoverdue": chance.random() < 0.5}
        tx.change(update(t.ticket).where(t.ticket.c.ticket_id == ticket_id).values(values))
        tx.change(update(t.thread).where(t.thread.c.object_id == ticket_id).values(spoken))
    for thread_id in tx.scalars(select(t.thread.c.id).where(t.thread.c.object_type == "T")):
        if chance.random() < 0.3:
            tx.insert(t.thread_referral, thread_id=thread_id, object_type="S", object_id=3, created=START)


@pytest.fixture
def scattered(api: Api, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    """A help desk with the optional indexes, without which no list is narrowed, that counts in parts as a large one."""
    monkeypatch.setattr(totals, "_MANY", 0)
    api.write(_scatter)
    with optional_indexes(api):
        yield api


def _by_number(caller: Caller, query: str, per_page: int) -> Iterator[int]:
    for number in range(1, 100):
        page = caller.get(f"/tickets?per_page={per_page}&page={number}{query}").data
        yield from (ticket["id"] for ticket in page)
        if len(page) < per_page:
            return


def _by_cursor(caller: Caller, query: str, per_page: int) -> Iterator[int]:
    cursor = ""
    while cursor is not None:
        answer = caller.get(f"/tickets?per_page={per_page}{query}{cursor and f'&cursor={cursor}'}")
        yield from (ticket["id"] for ticket in answer.data)
        cursor = answer.meta["next_cursor"]


@pytest.mark.parametrize("direction", ["-", ""])
@pytest.mark.parametrize("sort", ["last_activity_at", "created_at"])
def test_pages_together_are_the_list_as_it_is_without_a_moment(
    scattered: Api, monkeypatch: pytest.MonkeyPatch, sort: str, direction: str
) -> None:
    for caller, filters in product(map(scattered.staff, ("alice", "bob", "charlie")), FILTERS):
        asked = f"&sort={direction}{sort}{filters}"
        with monkeypatch.context() as patch:
            patch.setattr(lists, "bound_of", lambda *arguments: None)
            whole = [ticket["id"] for ticket in caller.get(f"/tickets?per_page=100{asked}").data]
        assert list(_by_number(caller, asked, 2)) == whole
        assert list(_by_cursor(caller, asked, 3)) == whole
        assert caller.get(f"/tickets?per_page=5{asked}").meta["total"] == len(whole)


@pytest.mark.parametrize(("direction", "other"), [("-", ""), ("", "-")])
@pytest.mark.parametrize("sort", ["last_activity_at", "created_at"])
def test_a_page_stays_whole_when_its_tickets_leave_it(scattered: Api, sort: str, direction: str, other: str) -> None:
    """The moment is known from a while ago, and PHP tells nobody of what it changes."""
    scattered.write(_space_out)
    chance = random.Random(3)
    query = f"/tickets?per_page=3&status=open&sort={direction}{sort}"
    for caller in map(scattered.staff, ("alice", "bob")):
        for _ in range(3):
            shown = [ticket["id"] for ticket in caller.get(query).data]
            gone = chance.sample(shown, min(2, len(shown)))
            _close(scattered, gone)
            whole = caller.get(f"/tickets?per_page=100&status=open&sort={other}{sort}").data
            assert [ticket["id"] for ticket in caller.get(query).data] == [ticket["id"] for ticket in whole][::-1][:3]


def test_what_is_active_again_leaves_the_page_of_the_oldest(scattered: Api) -> None:
    scattered.write(_space_out)
    bob, query = scattered.staff("bob"), "/tickets?per_page=3&sort=last_activity_at"
    oldest = [ticket["id"] for ticket in bob.get("/tickets?per_page=5&sort=last_activity_at").data]
    assert [ticket["id"] for ticket in bob.get(query).data] == oldest[:3]
    again, late = t.thread.c.object_id.in_(oldest[:2]), START + timedelta(days=9)
    _as_php(scattered, update(t.thread).where(again).values(lastresponse=late))
    assert [ticket["id"] for ticket in bob.get(query).data] == oldest[2:]


def _space_out(tx: Write) -> None:
    """Let all tickets be open, and no two have the same moments."""
    for ticket_id in tx.scalars(select(t.ticket.c.ticket_id)):
        moment = START + timedelta(days=1, minutes=ticket_id)
        values = {"created": moment, "lastupdate": moment, "status_id": 1, "dept_id": 1}
        tx.change(update(t.ticket).where(t.ticket.c.ticket_id == ticket_id).values(values))


def _close(api: Api, ids: list[int]) -> None:
    _as_php(api, update(t.ticket).where(t.ticket.c.ticket_id.in_(ids)).values(status_id=3))


def _as_php(api: Api, statement: Executable) -> None:
    """Change something as PHP does: nothing that is cached ends."""
    api.client.portal.call(api.database.write, lambda tx: tx.connection.execute(statement))  # type: ignore[union-attr]


@pytest.fixture
def far_down(scattered: Api, monkeypatch: pytest.MonkeyPatch) -> Api:
    """The help desk, where each page counts as far from the top."""
    monkeypatch.setattr(lists, "DEEPEST", 0)
    monkeypatch.setattr(lists, "bound_of", lambda *arguments: None)
    # What takes a busy machine long may miss the changes of others for seconds.
    monkeypatch.setattr(unit, "_QUICK", 60.0)
    return scattered


@pytest.mark.parametrize("sort", ["last_activity_at", "created_at", "number"])
def test_pages_far_down_hold_what_they_hold_at_the_top(far_down: Api, sort: str) -> None:
    for caller, filters in product(map(far_down.staff, ("alice", "bob", "charlie")), FILTERS):
        whole = [ticket["id"] for ticket in caller.get(f"/tickets?per_page=100&sort={sort}{filters}").data]
        assert list(_by_number(caller, f"&sort=-{sort}{filters}", 2)) == whole[::-1]


def test_what_an_agent_no_longer_sees_is_not_shown_far_down(far_down: Api) -> None:
    """Which tickets lie outside the agent's departments is known from a while ago."""
    caller = far_down.staff("bob")
    before = set(_by_number(caller, "&status=open", 2))
    _as_php(far_down, delete(t.thread_referral))
    _as_php(far_down, update(t.ticket).where(t.ticket.c.staff_id == 3).values(staff_id=0))
    whole = {ticket["id"] for ticket in caller.get("/tickets?per_page=100&status=open&sort=created_at").data}
    assert whole < before
    assert set(_by_number(caller, "&status=open", 2)) <= whole


def test_a_referral_by_a_request_shows_far_down_at_once(far_down: Api) -> None:
    admin, bob = far_down.staff("alice"), far_down.staff("bob")
    assert bob.get("/tickets?per_page=2&status=open").data
    whole = {ticket["id"] for ticket in bob.get("/tickets?per_page=100&status=open").data}
    open_tickets = [ticket["id"] for ticket in admin.get("/tickets?per_page=100&status=open").data]
    hidden = next(number for number in open_tickets if number not in whole)
    assert admin.post(f"/tickets/{hidden}/refer", {"staff_id": 3}).status == 200
    assert hidden in set(_by_number(bob, "&status=open", 2))
