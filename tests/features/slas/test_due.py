"""Due times from the database: those osTicket itself has stored, and which schedule counts."""

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select, update

from osticket_api.access.principal import ANONYMOUS, User
from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.features.slas.due import due_at, select_sla
from tests.fixtures.f1 import CLOCK, HelpDesk, fixture_rows, utc
from tests.fixtures.golden import GOLDEN

SUPPORT = 1
DEFAULT_SLA, GOLD, ROUND_THE_CLOCK = 1, 2, 3
ALWAYS, HOLIDAYS = 2, 4

Ticket = dict[str, Any]


def tickets_of_f1() -> dict[int, Ticket]:
    return {row["ticket_id"]: row for row in fixture_rows()["ost_ticket"]} if GOLDEN.exists() else {}


def golden_due_times() -> Iterator[tuple[Ticket, str]]:
    """Every ticket to which a recorded operation gave a new due time, with that time."""
    before = tickets_of_f1()
    for path in sorted(GOLDEN.glob("cases/*.json")):
        case = json.loads(path.read_text())
        times = {"<now>": case["clock"], **case.get("time_values", {})}
        tickets = case.get("changes", {}).get("ost_ticket", {})
        changed = [
            before[row["key"]["ticket_id"]] | row["after"]
            for row in tickets.get("updated", [])
            if row["after"].get("est_duedate")
        ]
        for row in tickets.get("inserted", []) + changed:
            literal = {name: times.get(value, value) for name, value in row.items()}
            yield literal | {"case": case["id"]}, literal["est_duedate"]


@pytest.mark.parametrize("ticket", list(tickets_of_f1().values()), ids=lambda ticket: str(ticket["ticket_id"]))
def test_tickets_of_the_help_desk_are_due_when_osticket_says(help_desk: HelpDesk, ticket: Ticket) -> None:
    assert due_of(help_desk, ticket) == utc(ticket["est_duedate"])


@pytest.mark.parametrize(
    ("ticket", "due"), list(golden_due_times()), ids=lambda value: value.get("case") if isinstance(value, dict) else ""
)
def test_operations_give_the_due_time_osticket_gave(help_desk: HelpDesk, ticket: Ticket, due: str) -> None:
    assert due_of(help_desk, ticket) == utc(due)


def due_of(help_desk: HelpDesk, ticket: Ticket) -> datetime | None:
    start = utc(ticket["reopened"] or ticket["created"])
    return help_desk.trial(
        lambda tx: due_at(tx, sla_id=ticket["sla_id"], department_id=ticket["dept_id"], start=start, actor=ANONYMOUS)
    )


def due_after(help_desk: HelpDesk, prepare: Callable[[Write], Any], **options: Any) -> datetime | None:
    def run(tx: Write) -> datetime | None:
        prepare(tx)
        asked: dict[str, Any] = {"sla_id": DEFAULT_SLA, "department_id": SUPPORT, "start": CLOCK, "actor": ANONYMOUS}
        return due_at(tx, **asked | options)

    return help_desk.trial(run)


def nothing(tx: Write) -> None:
    """F1 as it is."""


def test_a_due_time_takes_three_queries(help_desk: HelpDesk) -> None:
    due_after(help_desk, nothing)
    assert help_desk.query_count == 3


@pytest.mark.parametrize("sla_id", [None, 0, 99])
def test_without_a_plan_there_is_no_due_time(help_desk: HelpDesk, sla_id: int | None) -> None:
    assert due_after(help_desk, nothing, sla_id=sla_id) is None


def test_an_inactive_plan_gives_no_due_time(help_desk: HelpDesk) -> None:
    assert due_after(help_desk, lambda tx: tx.change(update(t.sla).values(flags=0x2))) is None


def test_the_departments_schedule_goes_before_the_plans(help_desk: HelpDesk) -> None:
    due = due_after(help_desk, _give_department(ALWAYS), sla_id=GOLD)
    assert due == CLOCK + timedelta(hours=8)


def test_a_departments_schedule_that_is_no_business_hours_does_not_count(help_desk: HelpDesk) -> None:
    assert due_after(help_desk, _give_department(HOLIDAYS), sla_id=GOLD) == utc("2024-03-07 14:00:00")


def test_the_plans_schedule_goes_before_the_help_desks(help_desk: HelpDesk) -> None:
    assert due_after(help_desk, nothing, sla_id=ROUND_THE_CLOCK) == CLOCK + timedelta(hours=4)


def test_without_any_schedule_every_hour_counts(help_desk: HelpDesk) -> None:
    due = due_after(
        help_desk, lambda tx: tx.change(update(t.config).where(t.config.c.key == "schedule_id").values(value="0"))
    )
    assert due == CLOCK + timedelta(hours=18)


def test_a_schedule_without_entries_counts_every_hour(help_desk: HelpDesk) -> None:
    due = due_after(help_desk, lambda tx: tx.change(delete(t.schedule_entry)))
    assert due == CLOCK + timedelta(hours=18)


def test_an_unknown_department_leaves_the_plans_schedule(help_desk: HelpDesk) -> None:
    assert due_after(help_desk, nothing, department_id=99) == utc("2024-03-08 15:00:00")


def test_linked_holidays_are_skipped(help_desk: HelpDesk) -> None:
    labor_day_weekend = utc("2024-08-30 16:00:00")
    assert due_after(help_desk, nothing, start=labor_day_weekend) == utc("2024-09-04 16:00:00")


def test_holidays_that_are_not_linked_are_working_days(help_desk: HelpDesk) -> None:
    def unlink(tx: Write) -> None:
        tx.change(delete(t.config).where(t.config.c.namespace == "schedule.1"))

    assert due_after(help_desk, unlink, start=utc("2024-08-30 16:00:00")) == utc("2024-09-03 16:00:00")


def test_a_schedule_is_read_in_its_own_time_zone(help_desk: HelpDesk) -> None:
    def move(tx: Write) -> None:
        tx.change(update(t.schedule).values(timezone="Europe/Berlin"))

    assert due_after(help_desk, move, sla_id=GOLD) == utc("2024-03-07 14:00:00")
    assert due_after(help_desk, move, sla_id=GOLD, start=utc("2024-03-06 06:00:00")) == utc("2024-03-06 15:00:00")


@pytest.mark.parametrize(
    ("zone", "due"), [("Asia/Tokyo", "2024-03-07 07:00:00"), ("Nowhere/None", "2024-03-07 14:00:00")]
)
def test_a_floating_schedule_is_read_in_the_help_desks_zone(help_desk: HelpDesk, zone: str, due: str) -> None:
    def move(tx: Write) -> None:
        tx.change(update(t.config).where(t.config.c.key == "default_timezone").values(value=zone))

    assert due_after(help_desk, move, sla_id=GOLD) == utc(due)


def test_a_floating_schedule_is_read_in_the_zone_of_the_user_who_acts(help_desk: HelpDesk) -> None:
    def move(tx: Write, zone: str) -> datetime | None:
        account = tx.row(select(t.user_account.c.user_id).order_by(t.user_account.c.id).limit(1))
        assert account is not None
        mine = t.user_account.c.user_id == account.user_id
        tx.change(update(t.user_account).where(mine).values(timezone=zone))
        user = User(
            id=account.user_id,
            name="",
            email="",
            organization_id=None,
            shares_organization=False,
            lists_collaborations=False,
        )
        return due_at(tx, sla_id=GOLD, department_id=SUPPORT, start=CLOCK, actor=user)

    assert help_desk.trial(lambda tx: move(tx, "Asia/Tokyo")) == utc("2024-03-07 07:00:00")
    assert help_desk.trial(lambda tx: move(tx, "")) == utc("2024-03-07 14:00:00")


def add_day_off(tx: Write, day: date) -> None:
    """Add a holiday that does not repeat."""
    tx.insert(
        t.schedule_entry,
        schedule_id=HOLIDAYS,
        repeats="never",
        starts_on=day,
        ends_on=day,
        starts_at=0,
        ends_at=86_399,
    )


def test_holidays_stop_by_the_clock_of_their_own_schedule(help_desk: HelpDesk) -> None:
    def close(tx: Write) -> None:
        tx.change(update(t.schedule).where(t.schedule.c.id == HOLIDAYS).values(timezone="Pacific/Auckland"))
        add_day_off(tx, date(2024, 3, 6))

    at_noon = utc("2024-03-06 12:00:00")
    assert due_after(help_desk, close, sla_id=GOLD, start=at_noon) == utc("2024-03-07 11:00:00")
    assert due_after(help_desk, close, sla_id=GOLD, start=utc("2024-03-06 10:00:00")) == utc("2024-03-07 16:00:00")


def test_an_entry_ends_on_the_day_it_stops(help_desk: HelpDesk) -> None:
    def stop(tx: Write) -> None:
        tx.change(
            update(t.schedule_entry).where(t.schedule_entry.c.day == 4).values(stops_on=utc("2024-03-06 12:00:00"))
        )

    assert due_after(help_desk, stop, sla_id=GOLD) == utc("2024-03-08 14:00:00")


def test_the_last_day_of_an_entry_is_the_one_the_database_shows(help_desk: HelpDesk) -> None:
    def run(tx: Write) -> tuple[datetime | None, ...]:
        thursday = update(t.schedule_entry).where(t.schedule_entry.c.day == 4)
        asked: dict[str, Any] = {"sla_id": GOLD, "department_id": SUPPORT, "start": utc("2024-03-07 00:00:00")}
        tx.change(thursday.values(stops_on=utc("2024-03-06 23:00:00")))
        still_open = due_at(tx, **asked, actor=ANONYMOUS)
        tx.change(thursday.values(stops_on=utc("2024-03-06 22:59:59")))
        return still_open, due_at(tx, **asked, actor=ANONYMOUS)

    due = utc("2024-03-07 16:00:00"), utc("2024-03-08 16:00:00")
    assert help_desk.trial(run, zone=ZoneInfo("Europe/Berlin")) == due


def test_a_single_day_off_is_a_holiday(help_desk: HelpDesk) -> None:
    def close(tx: Write) -> None:
        add_day_off(tx, date(2024, 3, 7))

    assert due_after(help_desk, close, sla_id=GOLD) == utc("2024-03-08 14:00:00")


def test_hours_that_end_before_they_start_give_no_working_time(help_desk: HelpDesk) -> None:
    def turn_round(tx: Write) -> None:
        tx.change(update(t.schedule_entry).values(starts_at=20 * 3600, ends_at=6 * 3600))

    assert due_after(help_desk, turn_round) == CLOCK + timedelta(hours=18)


def _give_department(schedule_id: int) -> Callable[[Write], int]:
    return lambda tx: tx.change(update(t.department).values(schedule_id=schedule_id))


@pytest.mark.parametrize(
    ("plans", "expected"),
    [((4, 3, 2, 1), 4), ((None, 3, 2, 1), 3), ((0, None, 2, 1), 2), ((None, 0, None, 1), 1), ((None, 0, 0, 0), None)],
)
def test_the_nearest_sla_plan_is_selected(plans: tuple[int | None, ...], expected: int | None) -> None:
    explicit, topic, department, default = plans
    assert select_sla(explicit, topic, department, default) == expected
