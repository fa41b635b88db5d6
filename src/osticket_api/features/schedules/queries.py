"""Reading schedules."""

from typing import Any, Final, Literal

from pydantic import Field
from sqlalchemy import Row, select

from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.flags import ScheduleFlag, has_flag
from osticket_api.db.unit import Read
from osticket_api.errors import NotFound
from osticket_api.features.schedules.api import holiday_ids
from osticket_api.features.schedules.entries import shown_entry
from osticket_api.features.schedules.responses import Schedule, ScheduleDetail
from osticket_api.query.listing import Listing
from osticket_api.query.ordering import sort_keys
from osticket_api.query.small_lists import NamedQuery, matching, read_page
from osticket_api.web.paging import Page
from osticket_api.web.responses import NamedRef

FLAGS: Final = {"business_hours": ScheduleFlag.BUSINESS_HOURS, "holidays": 0}


class ScheduleQuery(NamedQuery):
    """Filters of the list of schedules."""

    kind: Literal["business_hours", "holidays"] | None = Field(None, description="Only schedules of this kind.")


def list_schedules(tx: Read, principal: Principal, query: ScheduleQuery) -> Page[Schedule]:
    """The page of schedules that the query asks for. Raises: Invalid."""
    schedule = t.schedule.c
    columns = {
        "id": schedule.id,
        "name": schedule.name,
        "created_at": schedule.created,
        "updated_at": schedule.updated,
    }
    wanted = matching(query, schedule.name)
    if query.kind is not None:
        wanted.append(has_flag(schedule.flags, ScheduleFlag.BUSINESS_HOURS) == (query.kind == "business_hours"))
    listing = Listing(principal, query, schedule.id, sort_keys(query.sort, columns), wanted)
    return read_page(tx, listing, select(t.schedule), lambda rows: [Schedule(**_own(tx, row)) for row in rows])


def get_schedule(tx: Read, principal: Principal, schedule_id: int) -> ScheduleDetail:
    """A schedule with its entries. Raises: NotFound."""
    schedule, entry = t.schedule.c, t.schedule_entry.c
    listed = holiday_ids(tx, schedule_id)
    rows = tx.rows(select(t.schedule).where(schedule.id.in_([schedule_id, *listed])).order_by(schedule.id))
    own = next((row for row in rows if row.id == schedule_id), None)
    if own is None:
        raise NotFound.because(f"There is no schedule {schedule_id}.")
    entries = tx.rows(select(t.schedule_entry).where(entry.schedule_id == schedule_id).order_by(entry.sort, entry.id))
    return ScheduleDetail(
        **_own(tx, own),
        holidays=[NamedRef(row.id, row.name) for row in rows if row.id in listed],
        entries=[shown_entry(row, tx.zone) for row in entries],
    )


def _own(tx: Read, row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "kind": "business_hours" if row.flags & ScheduleFlag.BUSINESS_HOURS else "holidays",
        "timezone": row.timezone or None,
        "description": row.description or None,
        "is_default": row.id == load_config(tx).number("schedule_id"),
        "created_at": row.created,
        "updated_at": row.updated,
    }
