"""Schedules over HTTP."""

from typing import Annotated

from starlette.responses import Response

from osticket_api.access.rules import ADMINISTRATOR, STAFF
from osticket_api.features.schedules.queries import ScheduleQuery, get_schedule, list_schedules
from osticket_api.features.schedules.schemas import ScheduleCreate, ScheduleUpdate
from osticket_api.features.schedules.setup import SCHEDULES, add_schedule, delete_schedule, edit_schedule
from osticket_api.features.schedules.shapes import Schedule, ScheduleDetail
from osticket_api.web.call import CallDependency
from osticket_api.web.fields import select_fields
from osticket_api.web.input import PathId, payload, query
from osticket_api.web.paging import Page
from osticket_api.web.router import Router

router = Router(tag="schedules", prefix="/schedules")


@router.read("", access=STAFF, returns=Page[Schedule])
async def get_schedules(call: CallDependency, query: Annotated[ScheduleQuery, query(ScheduleQuery)]) -> Response:
    """The schedules: business hours and holidays."""
    page = await call.read(list_schedules, query)
    return call.listed(page, select_fields(page.items, Schedule, query.fields))


@router.read("/{schedule}", access=STAFF, returns=ScheduleDetail)
async def get_schedule_detail(call: CallDependency, schedule: PathId) -> Response:
    """A schedule with its entries."""
    return call.one(await call.read(get_schedule, schedule))


@router.create("", access=ADMINISTRATOR, returns=ScheduleDetail)
async def post_schedule(call: CallDependency, body: Annotated[ScheduleCreate, payload(ScheduleCreate)]) -> Response:
    """Add a schedule with its entries."""
    return await SCHEDULES.create(call, add_schedule, body.given())


@router.update("/{schedule}", access=ADMINISTRATOR, returns=ScheduleDetail)
async def update_schedule(
    call: CallDependency, schedule: PathId, body: Annotated[ScheduleUpdate, payload(ScheduleUpdate)]
) -> Response:
    """Change a schedule. `entries` and `holidays` are given as a whole; entries that stay are named by their `id`."""
    return await SCHEDULES.change(call, schedule, edit_schedule, body.given())


@router.remove("/{schedule}", access=ADMINISTRATOR)
async def delete_schedule_route(call: CallDependency, schedule: PathId) -> Response:
    """Delete a schedule; with 409 the answer tells what counts by it."""
    return await SCHEDULES.remove(call, schedule, delete_schedule)
