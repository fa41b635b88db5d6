"""Schedules over HTTP."""

from osticket_api.access.principal import Staff
from osticket_api.access.rules import ADMINISTRATOR, STAFF
from osticket_api.db.unit import Read, Write
from osticket_api.features.schedules.queries import ScheduleQuery, get_schedule, list_schedules
from osticket_api.features.schedules.requests import ScheduleCreate, ScheduleUpdate
from osticket_api.features.schedules.responses import Schedule, ScheduleDetail
from osticket_api.features.schedules.service import SCHEDULES, add_schedule, delete_schedule, edit_schedule
from osticket_api.web.input import PathId
from osticket_api.web.paging import Page
from osticket_api.web.results import Created
from osticket_api.web.router import Router

router = Router(tag="schedules", prefix="/schedules")


@router.get("", access=STAFF)
def get_schedules(unit: Read, caller: Staff, query: ScheduleQuery) -> Page[Schedule]:
    """The schedules: business hours and holidays."""
    return list_schedules(unit, caller, query)


@router.get("/{schedule}", access=STAFF)
def get_schedule_detail(unit: Read, caller: Staff, schedule: PathId) -> ScheduleDetail:
    """A schedule with its entries."""
    return get_schedule(unit, caller, schedule)


@router.post("", access=ADMINISTRATOR)
def post_schedule(unit: Write, caller: Staff, body: ScheduleCreate) -> Created[ScheduleDetail]:
    """Add a schedule with its entries."""
    schedule_id = add_schedule(unit, caller, body.given())
    return Created(SCHEDULES.get(unit, caller, schedule_id))


@router.patch("/{schedule}", access=ADMINISTRATOR)
def update_schedule(unit: Write, caller: Staff, schedule: PathId, body: ScheduleUpdate) -> ScheduleDetail:
    """Change a schedule. `entries` and `holidays` are given as a whole; entries that stay are named by their `id`."""
    edit_schedule(unit, caller, SCHEDULES.get_for_update(unit, caller, schedule), body.given())
    return SCHEDULES.get(unit, caller, schedule)


@router.delete("/{schedule}", access=ADMINISTRATOR)
def delete_schedule_route(unit: Write, caller: Staff, schedule: PathId) -> None:
    """Delete a schedule; with 409 the answer tells what uses it."""
    delete_schedule(unit, caller, SCHEDULES.get_for_update(unit, caller, schedule))
    SCHEDULES.note_deleted(unit, schedule)
