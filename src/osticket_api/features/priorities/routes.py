"""Priorities over HTTP."""

from typing import Annotated

from starlette.responses import Response

from osticket_api.access.rules import SIGNED_IN
from osticket_api.features.priorities.queries import PriorityQuery, get_priority, list_priorities
from osticket_api.features.priorities.shapes import Priority
from osticket_api.web.call import CallDependency
from osticket_api.web.fields import select_fields
from osticket_api.web.input import PathId, query
from osticket_api.web.paging import Page
from osticket_api.web.router import Router

router = Router(tag="priorities", prefix="/priorities")


@router.read("", access=SIGNED_IN, returns=Page[Priority])
async def get_priorities(call: CallDependency, query: Annotated[PriorityQuery, query(PriorityQuery)]) -> Response:
    """The priorities, the least urgent first. Users see public ones."""
    page = await call.read(list_priorities, query)
    return call.listed(page, select_fields(page.items, Priority, query.fields))


@router.read("/{priority}", access=SIGNED_IN, returns=Priority)
async def get_priority_detail(call: CallDependency, priority: PathId) -> Response:
    """A priority."""
    return call.one(await call.read(get_priority, priority))
