"""Statistics of tickets over HTTP, against numbers worked out by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.features.stats import queries
from tests.fixtures.api import Answer, Api

SUPPORT, BILLING = 1, 4
OPEN, CLOSED = 1, 3
HOUR = 3600
MARCH = "from=2020-03-01&to=2020-03-10"
NOTHING = {"count": 0, "average_seconds": None, "median_seconds": None, "p90_seconds": None}


def at(day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(2020, 3, day, hour, minute, tzinfo=UTC)


def add_ticket(
    tx: Write,
    created: datetime,
    *,
    closed: datetime | None = None,
    responses: tuple[datetime, ...] = (),
    reopened: tuple[datetime, ...] = (),
    **columns: Any,
) -> int:
    """A ticket with the rows that statistics look at."""
    values = {"dept_id": SUPPORT, "status_id": CLOSED if closed else OPEN, "created": created, "updated": created}
    ticket_id = tx.insert(t.ticket, closed=closed, **{**values, **columns})
    thread_id = tx.insert(t.thread, object_id=ticket_id, object_type="T", created=created)
    for moment, kind in ((created, "M"), *((each, "R") for each in responses)):
        tx.insert(t.thread_entry, thread_id=thread_id, type=kind, body="", created=moment, updated=moment)
    event_id = tx.scalar(select(t.event.c.id).where(t.event.c.name == "reopened"))
    place = {"staff_id": None, "team_id": None, "dept_id": SUPPORT, "topic_id": None}
    for moment in reopened:
        tx.insert(t.thread_event, thread_id=thread_id, thread_type="T", event_id=event_id, timestamp=moment, **place)
    return ticket_id


def clear(tx: Write) -> None:
    tx.change(delete(t.ticket))
    tx.change(delete(t.thread))
    tx.change(delete(t.thread_entry))


def add_march(tx: Write) -> None:
    """Four tickets, of which one is Billing's, and a fifth that only was closed in that range.

    | created | first response after | closed after | reopened | agent |
    | --- | --- | --- | --- | --- |
    | 1st | 1 h | 5 h | | alice |
    | 2nd | 2 h | 6 h | 3rd, 4th | alice |
    | 2nd | 9 h | | | bob |
    | 3rd, Billing | | 10 h | | charlie |
    | 28th of February | | 48 h after, on the 1st | | |
    """
    agents = {row.username: row.staff_id for row in tx.rows(select(t.staff.c.username, t.staff.c.staff_id))}
    hours = {each: timedelta(hours=each) for each in (1, 2, 5, 6, 9, 10)}
    add_ticket(
        tx, at(1), responses=(at(1) + hours[1], at(1) + hours[2]), closed=at(1) + hours[5], staff_id=agents["alice"]
    )
    add_ticket(
        tx,
        at(2),
        responses=(at(2) + hours[2],),
        closed=at(2) + hours[6],
        reopened=(at(3), at(4)),
        staff_id=agents["alice"],
    )
    add_ticket(tx, at(2, 13), responses=(at(2, 13) + hours[9],), staff_id=agents["bob"], isoverdue=True)
    add_ticket(tx, at(3), closed=at(3) + hours[10], dept_id=BILLING, staff_id=agents["charlie"])
    add_ticket(tx, at(1) - timedelta(hours=48), closed=at(1), reopened=(at(1) - timedelta(days=9),))


@pytest.fixture(autouse=True)
def march(api: Api) -> None:
    """Nothing but these tickets."""

    def unit(tx: Write) -> None:
        clear(tx)
        add_march(tx)

    api.write(unit)


def asked(api: Api, query: str = MARCH, name: str = "dora") -> Answer:
    answer = api.named(name).get(f"/stats/tickets?{query}")
    assert answer.status == 200, answer.errors
    return answer


def by_name(answer: Answer, group: str) -> dict[str | None, Any]:
    return {each["name"]: each["numbers"] for each in answer.data["groups"][group]}


def test_all_tickets_are_counted(api: Api) -> None:
    answer = asked(api)
    assert answer.data["from"] == "2020-03-01"
    assert answer.data["to"] == "2020-03-10"
    assert answer.data["timezone"] == "UTC"
    assert answer.data["groups"] == {}
    assert answer.data["numbers"] == {
        "created": 4,
        "closed": 4,
        "reopened": 2,
        "first_response": {
            "count": 3,
            "average_seconds": 4 * HOUR,
            "median_seconds": 2 * HOUR,
            "p90_seconds": 9 * HOUR,
        },
        "resolution": {
            "count": 4,
            "average_seconds": (5 + 6 + 10 + 48) * HOUR // 4,
            "median_seconds": 8 * HOUR,
            "p90_seconds": 48 * HOUR,
        },
        "open_now": 1,
        "overdue_now": 1,
        "unanswered_now": 1,
    }


def test_what_is_now_does_not_depend_on_the_range(api: Api) -> None:
    numbers = asked(api, "from=2019-01-01&to=2019-01-01").data["numbers"]
    assert (numbers["created"], numbers["closed"], numbers["reopened"]) == (0, 0, 0)
    assert (numbers["first_response"], numbers["resolution"]) == (NOTHING, NOTHING)
    assert (numbers["open_now"], numbers["overdue_now"], numbers["unanswered_now"]) == (1, 1, 1)


def test_several_groups_come_in_one_answer(api: Api) -> None:
    answer = asked(api, f"{MARCH}&group_by=department,staff,status")
    assert list(answer.data["groups"]) == ["status", "department", "staff"]
    departments = by_name(answer, "department")
    assert list(departments) == ["Billing", "Support"]
    assert (departments["Billing"]["created"], departments["Billing"]["closed"]) == (1, 1)
    assert departments["Billing"]["resolution"]["average_seconds"] == 10 * HOUR
    assert departments["Billing"]["first_response"] == NOTHING
    assert departments["Support"]["reopened"] == 2
    assert departments["Support"]["resolution"]["median_seconds"] == 6 * HOUR
    staff = by_name(answer, "staff")
    assert list(staff) == ["Alice Archer", "Bob Baker", "Charlie Carter", None]
    assert staff["Alice Archer"]["first_response"]["average_seconds"] == HOUR * 3 // 2
    assert staff["Bob Baker"]["overdue_now"] == 1
    assert staff[None]["closed"] == 1
    statuses = by_name(answer, "status")
    assert (statuses["Open"]["created"], statuses["Closed"]["created"]) == (1, 3)


def test_days_are_all_there_and_tell_what_happened_on_them(api: Api) -> None:
    answer = asked(api, "from=2020-02-28&to=2020-03-04&group_by=day")
    days = {each["date"]: each["numbers"] for each in answer.data["groups"]["day"]}
    assert [(day, each["created"], each["closed"], each["reopened"]) for day, each in days.items()] == [
        ("2020-02-28", 1, 0, 0),
        ("2020-02-29", 0, 0, 0),
        ("2020-03-01", 1, 2, 0),
        ("2020-03-02", 2, 1, 0),
        ("2020-03-03", 1, 1, 1),
        ("2020-03-04", 0, 0, 1),
    ]
    assert "open_now" not in days["2020-03-02"]
    assert days["2020-03-02"]["first_response"]["average_seconds"] == HOUR * 11 // 2


def set_zone(api: Api, name: str) -> None:
    def unit(tx: Write) -> None:
        setting = t.config.c
        tx.change(update(t.config).where(setting.key == "default_timezone").values(value=name))

    api.write(unit)


def test_a_day_is_one_of_the_help_desks_time_zone_also_when_the_clock_changes(api: Api) -> None:
    """In New York the 8th of March 2020 had 23 hours: it began at 5:00 UTC, the next one at 4:00."""
    set_zone(api, "America/New_York")

    def unit(tx: Write) -> None:
        clear(tx)
        for moment in (at(8, 4, 59), at(8, 5), at(9, 3, 59), at(9, 4), at(10, 3, 59), at(10, 4)):
            add_ticket(tx, moment)

    api.write(unit)
    answer = asked(api, "from=2020-03-07&to=2020-03-09&group_by=day")
    created = {each["date"]: each["numbers"]["created"] for each in answer.data["groups"]["day"]}
    assert created == {"2020-03-07": 1, "2020-03-08": 2, "2020-03-09": 2}
    assert answer.data["timezone"] == "America/New_York"


def test_only_tickets_that_lists_show_are_counted(api: Api) -> None:
    assert asked(api, name="charlie").data["numbers"]["created"] == 1
    assert list(by_name(asked(api, f"{MARCH}&group_by=department", "alice"), "department")) == ["Support"]
    assert api.user("uma").get("/stats/tickets").status == 403


def permit(api: Api, username: str, permissions: str) -> None:
    def unit(tx: Write) -> None:
        tx.change(update(t.staff).where(t.staff.c.username == username).values(permissions=permissions))

    api.write(unit)


def test_other_agents_work_needs_a_permission(api: Api) -> None:
    permit(api, "alice", "{}")
    answer = asked(api, f"{MARCH}&group_by=staff", "alice")
    assert list(by_name(answer, "staff")) == ["Alice Archer"]
    assert answer.data["numbers"]["created"] == 3
    alice = api.staff("alice")
    assert alice.get(f"/stats/tickets?{MARCH}&staff_id=me").data["numbers"]["created"] == 2
    refused = alice.get("/stats/tickets?staff_id=me,3")
    assert refused.status == 403
    assert refused.errors[0]["detail"] == {"permission": "stats.agents"}
    permit(api, "alice", '{"stats.agents":1}')
    assert len(by_name(asked(api, f"{MARCH}&group_by=staff", "alice"), "staff")) == 3


def test_filters_of_ticket_lists_narrow_what_is_counted(api: Api) -> None:
    assert asked(api, f"{MARCH}&department_id={BILLING}").data["numbers"]["created"] == 1
    assert asked(api, f"{MARCH}&staff_id=none").data["numbers"]["closed"] == 1
    assert asked(api, f"{MARCH}&topic_id=none&source=email").data["numbers"]["created"] == 0
    assert asked(api, f"{MARCH}&topic_id=none").data["numbers"]["created"] == 4


def test_the_range_is_thirty_days_up_to_today_by_default(api: Api) -> None:
    data = asked(api, "group_by=day").data
    first, last = (datetime.fromisoformat(data[name]).date() for name in ("from", "to"))
    assert (last - first).days == 29
    assert len(data["groups"]["day"]) == 30
    assert abs(datetime.now(UTC).date() - last) <= timedelta(days=1)
    assert asked(api, "to=2020-03-31").data["from"] == "2020-03-02"


def test_ranges_with_very_many_tickets_tell_no_first_responses(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOST_WITH_RESPONSES", 4)
    assert asked(api).data["numbers"]["first_response"]["count"] == 3
    numbers = asked(api, "from=2020-02-28&to=2020-03-10").data["numbers"]
    assert numbers["first_response"] is None
    assert (numbers["created"], numbers["resolution"]["count"]) == (5, 4)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2020-03-02&to=2020-03-01", "to"),
        ("from=2019-01-01&to=2020-03-01", "from"),
        ("from=yesterday", "from"),
        ("from=2020-02-30", "from"),
        ("from=1583020800", "from"),
        ("from=2020-03-01T00:00:00Z", "from"),
        ("to=9999-12-31", "to"),
        ("group_by=departement", "group_by"),
        ("department_id=x", "department_id"),
        ("page=2", "page"),
    ],
)
def test_wrong_parameters_are_named(api: Api, query: str, field: str) -> None:
    answer = api.staff("dora").get(f"/stats/tickets?{query}")
    assert answer.status == 422
    assert answer.fields == [field]


def test_a_change_of_ones_own_is_counted_at_once(api: Api) -> None:
    before = asked(api, "", "alice").data["numbers"]["open_now"]
    created = api.staff("alice").post("/tickets", {"subject": "New", "message": "New", "topic_id": 1, "user_id": 2})
    assert created.status == 201, created.errors
    assert asked(api, "", "alice").data["numbers"]["open_now"] == before + 1


def test_few_queries_serve_all_groups(api: Api) -> None:
    asked(api)
    before = api.database.query_count
    asked(api, f"{MARCH}&group_by=status,department,staff,team,topic,organization,day&department_id=1,4")
    assert api.database.query_count - before <= 10
