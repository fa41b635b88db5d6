"""Setting up schedules. Source: people.md 5.3."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import Row, delete, select, update

from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.config import help_desk_zone, load_config, store_config
from osticket_api.db.flags import ScheduleFlag
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict, Invalid
from osticket_api.features.schedules.api import holiday_ids, listed_holidays, namespace_of
from osticket_api.features.schedules.entries import check_entries, columns_of
from osticket_api.features.schedules.queries import FLAGS, get_schedule
from osticket_api.features.schedules.requests import EntryInput
from osticket_api.kit import php_json
from osticket_api.kit.zones import zone_named
from osticket_api.query.resource import Resource, refuse_in_use

SCHEDULES: Final = Resource("schedule", t.schedule, get_schedule)

_SETTING: Final = "configuration"


def add_schedule(tx: Write, actor: Principal, given: Mapping[str, Any]) -> int:
    """Add a schedule with its entries. Returns its id. Raises: Conflict for a name that is taken, Invalid."""
    SCHEDULES.check_unique(tx, "name", given["name"], field="name")
    flags = FLAGS[given["kind"]]
    check_entries(given.get("entries", ()))
    _check_holidays(tx, flags, given.get("holidays", ()))
    schedule_id = SCHEDULES.insert(tx, flags=flags, **_columns(given))
    _store_entries(tx, schedule_id, given.get("entries", ()), given.get("timezone"))
    _store_holidays(tx, schedule_id, given.get("holidays", ()))
    return schedule_id


def edit_schedule(tx: Write, actor: Principal, schedule: Row[Any], given: Mapping[str, Any]) -> None:
    """Change a schedule. When tickets are due stays until something happens to them.

    Raises: Conflict for a name that is taken, Invalid.
    """
    touched = False
    if "name" in given:
        SCHEDULES.check_unique(tx, "name", given["name"], field="name", but=schedule.id)
    if "holidays" in given:
        _check_holidays(tx, schedule.flags, given["holidays"], but=schedule.id)
        touched = _store_holidays(tx, schedule.id, given["holidays"])
    if "entries" in given:
        check_entries(given["entries"])
        zone = given.get("timezone", schedule.timezone)
        touched = _store_entries(tx, schedule.id, given["entries"], zone) or touched
    SCHEDULES.save(tx, schedule, _columns(given), touch=touched)


def delete_schedule(tx: Write, actor: Principal, schedule: Row[Any]) -> None:
    """Delete a schedule that nothing counts by, with its entries. Raises: Conflict."""
    if schedule.id == load_config(tx).number("schedule_id"):
        raise Conflict.because("This is the default schedule. Make another one the default first.", code="is_default")
    uses = {
        "slas": t.sla.c.schedule_id == schedule.id,
        "departments": t.department.c.schedule_id == schedule.id,
        "schedules": t.schedule.c.id.in_(_interrupted_by(tx, schedule.id)),
    }
    refuse_in_use(tx, "schedule", uses, "Give them another schedule first.")
    tx.change(delete(t.schedule_entry).where(t.schedule_entry.c.schedule_id == schedule.id))
    tx.change(delete(t.config).where(t.config.c.namespace == namespace_of(schedule.id)))
    tx.change(delete(t.schedule).where(t.schedule.c.id == schedule.id))


def _columns(given: Mapping[str, Any]) -> dict[str, Any]:
    columns = {name: given[name] for name in ("name", "timezone") if name in given}
    return columns | ({"description": given["description"] or ""} if "description" in given else {})


def _check_holidays(tx: Read, flags: int, wanted: Sequence[int], *, but: int = 0) -> None:
    if wanted and not flags & ScheduleFlag.BUSINESS_HOURS:
        raise Invalid.because("Only a schedule of business hours can have holidays.", field="holidays")
    schedule = t.schedule.c
    rows = tx.rows(select(schedule.id, schedule.flags).where(schedule.id.in_(wanted))) if wanted else ()
    known = {row.id for row in rows if not row.flags & ScheduleFlag.BUSINESS_HOURS}
    for place, schedule_id in enumerate(wanted):
        if schedule_id not in known:
            raise Invalid.because(f"There is no schedule {schedule_id} of holidays.", field=f"holidays.{place}")


def _store_holidays(tx: Write, schedule_id: int, wanted: Sequence[int]) -> bool:
    """Returns whether they changed."""
    listed = list(dict.fromkeys(wanted))
    if listed == list(holiday_ids(tx, schedule_id)):
        return False
    store_config(tx, {_SETTING: php_json.encode({"holidays": listed})}, namespace_of(schedule_id))
    return True


def _store_entries(tx: Write, schedule_id: int, given: Sequence[EntryInput], timezone: str | None) -> bool:
    """Make exactly these the entries. Returns whether anything changed. Raises: Invalid for the id of another's."""
    entry, today = t.schedule_entry.c, _today(tx, timezone)
    stored = {row.id: row for row in tx.rows(select(t.schedule_entry).where(entry.schedule_id == schedule_id))}
    _check_ids(given, stored)
    wanted = [(each.id, columns_of(each, place, today, tx.zone)) for place, each in enumerate(given)]
    dropped = stored.keys() - {entry_id for entry_id, _ in wanted}
    if dropped:
        tx.change(delete(t.schedule_entry).where(entry.id.in_(sorted(dropped))))
    stamps = {"schedule_id": schedule_id, "created": tx.now, "updated": tx.now}
    added = [columns | stamps for entry_id, columns in wanted if entry_id is None]
    tx.insert_many(t.schedule_entry, added)
    changed = [_save_entry(tx, stored[entry_id], columns) for entry_id, columns in wanted if entry_id is not None]
    return bool(dropped or added or any(changed))


def _save_entry(tx: Write, row: Row[Any], columns: Mapping[str, Any]) -> bool:
    if all(getattr(row, name) == value for name, value in columns.items()):
        return False
    tx.change(update(t.schedule_entry).where(t.schedule_entry.c.id == row.id).values(**columns, updated=tx.now))
    return True


def _check_ids(given: Sequence[EntryInput], stored: Mapping[int, Any]) -> None:
    seen: set[int] = set()
    for place, entry in enumerate(given):
        if entry.id is not None and (entry.id not in stored or entry.id in seen):
            message = f"This schedule has no entry {entry.id}, or the entry is given twice."
            raise Invalid.because(message, field=f"entries.{place}.id")
        seen |= {entry.id} if entry.id else set()


def _today(tx: Read, timezone: str | None) -> date:
    zone = zone_named(timezone) or help_desk_zone(tx)
    return tx.now.astimezone(zone).date()


def _interrupted_by(tx: Read, schedule_id: int) -> list[int]:
    """The business hours that these holidays interrupt."""
    config = t.config.c
    rows = tx.rows(
        select(config.namespace, config.value).where(config.namespace.like("schedule.%"), config.key == _SETTING)
    )
    return [int(row.namespace.partition(".")[2]) for row in rows if schedule_id in listed_holidays(row.value)]
