"""When a ticket is due by its SLA plan."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Integer, Row, ScalarSelect, Select, and_, bindparam, cast, func, select

from osticket_api.access.principal import Principal, Staff, User
from osticket_api.db import tables as t
from osticket_api.db.flags import ScheduleFlag, SlaFlag
from osticket_api.db.statements import any_numbered, numbered
from osticket_api.db.types import to_local
from osticket_api.db.unit import Read
from osticket_api.features.schedules.api import holiday_ids
from osticket_api.features.slas.business_hours import BusinessHours
from osticket_api.features.slas.schedules import DAY_SECONDS, ScheduleEntry
from osticket_api.kit.zones import zone_named


def select_sla(
    explicit: int | None, topic_sla: int | None, department_sla: int | None, default_sla: int | None
) -> int | None:
    """The SLA plan of a new ticket: asked for, else the topic's, else the department's, else the help desk's.

    Source: tickets.md 1.8
    """
    return explicit or topic_sla or department_sla or default_sla or None


def due_at(tx: Read, *, sla_id: int | None, department_id: int, start: datetime, actor: Principal) -> datetime | None:
    """When a ticket of this SLA plan and department is due, or None without an active plan.

    `start` is when it was reopened last, else created. The hours are those of the department's schedule, else of the
    plan's, else of the help desk's; without any, every hour counts. A schedule without a time zone of its own is read
    in that of the agent or user who acts, else in the help desk's.

    Source: tickets.md 1.12; people.md 5.2, 5.3
    """
    plan = _find_plan(tx, sla_id, department_id, actor) if sla_id else None
    if plan is None:
        return None
    if plan.schedule_id is None:
        return start + timedelta(hours=plan.grace_period)
    return _business_hours(tx, plan, actor).add(start, plan.grace_period)


def _find_plan(tx: Read, sla_id: int, department_id: int | None, actor: Principal) -> Any:
    """The plan's hours of grace, the schedule that counts for this department, and the zones it may be read in."""
    user_id = actor.id if isinstance(actor, User) else None
    return tx.prepared_row(_select_plan(), {"sla_id": sla_id, "department_id": department_id, "user_id": user_id})


@cache
def _select_plan() -> Select[Any]:
    own = t.schedule.alias("own")
    chosen = t.schedule.alias("chosen")
    of_sla = func.nullif(t.sla.c.schedule_id, 0)
    of_help_desk = cast(_setting("schedule_id"), Integer)
    return (
        select(
            t.sla.c.grace_period,
            chosen.c.id.label("schedule_id"),
            chosen.c.timezone,
            _setting("default_timezone").label("default_timezone"),
            _timezone_of_user().label("user_timezone"),
        )
        .select_from(t.sla)
        .outerjoin(t.department, t.department.c.id == bindparam("department_id"))
        .outerjoin(
            own, and_(own.c.id == t.department.c.schedule_id, own.c.flags.bitwise_and(ScheduleFlag.BUSINESS_HOURS) != 0)
        )
        .outerjoin(chosen, chosen.c.id == func.coalesce(own.c.id, of_sla, of_help_desk))
        .where(t.sla.c.id == bindparam("sla_id"), t.sla.c.flags.bitwise_and(SlaFlag.ACTIVE) != 0)
    )


def _setting(key: str) -> ScalarSelect[str]:
    config = t.config.c
    return select(config.value).where(config.namespace == "core", config.key == key).scalar_subquery()


def _timezone_of_user() -> ScalarSelect[str | None]:
    account = t.user_account.c
    return select(func.min(account.timezone)).where(account.user_id == bindparam("user_id")).scalar_subquery()


def _business_hours(tx: Read, plan: Row[Any], actor: Principal) -> BusinessHours:
    floating = zone_named(_zone_of(actor, plan)) or zone_named(plan.default_timezone) or UTC
    holiday_schedules = holiday_ids(tx, plan.schedule_id)
    wanted = numbered("schedule_id", {plan.schedule_id, *holiday_schedules})
    rows = tx.prepared(_select_hours(len(wanted)), wanted)
    entries = [(row.schedule_id, _entry(row, tx.zone, zone_named(row.timezone) or floating)) for row in rows]
    return BusinessHours(
        zone=zone_named(plan.timezone) or floating,
        # An entry that ends before it starts gives no time; osTicket would search for its due time without end.
        work=[each for owner, each in entries if owner == plan.schedule_id and each.ends_at > each.starts_at],
        holidays=[each for owner, each in entries if owner in holiday_schedules],
    )


def _zone_of(actor: Principal, plan: Row[Any]) -> str | None:
    """The time zone that an agent or a user has chosen. Nobody else has one."""
    return actor.timezone if isinstance(actor, Staff) else plan.user_timezone


@lru_cache(maxsize=16)
def _select_hours(count: int) -> Select[Any]:
    """The entries of so many schedules, with the time zone of each."""
    columns = t.schedule_entry.c
    of_schedules = any_numbered(columns.schedule_id, "schedule_id", count)
    return (
        select(t.schedule_entry, t.schedule.c.timezone)
        .join(t.schedule, t.schedule.c.id == columns.schedule_id)
        .where(of_schedules)
        .order_by(columns.sort, columns.id)
    )


def _entry(row: Row[Any], stored_zone: tzinfo, zone: tzinfo) -> ScheduleEntry:
    ends_at = DAY_SECONDS - 1 if row.ends_at is None else row.ends_at
    last_day, stops_at = _end(row, stored_zone, ends_at)
    return ScheduleEntry(
        repeats=row.repeats,
        starts_at=row.starts_at or 0,
        ends_at=ends_at,
        first_day=row.starts_on,
        last_day=last_day,
        day=row.day,
        week=row.week,
        month=row.month,
        stops_at=stops_at,
        zone=zone,
    )


def _end(row: Row[Any], stored_zone: tzinfo, ends_at: int) -> tuple[date | None, int]:
    """The last day of an entry, and the seconds of that day until which it is in force."""
    if row.repeats == "never":
        return row.ends_on or row.starts_on, ends_at
    if not row.stops_on:
        return None, 0
    stops = to_local(row.stops_on, stored_zone)
    return stops.date(), stops.hour * 3600 + stops.minute * 60 + stops.second
