"""SLA plans over HTTP."""

from typing import Annotated

from starlette.responses import Response

from osticket_api.access.rules import ADMINISTRATOR, STAFF
from osticket_api.features.slas.queries import get_sla, list_slas
from osticket_api.features.slas.schemas import SlaCreate, SlaUpdate
from osticket_api.features.slas.setup import SLAS, add_sla, delete_sla, edit_sla
from osticket_api.features.slas.shapes import Sla
from osticket_api.web.call import CallDependency
from osticket_api.web.fields import select_fields
from osticket_api.web.input import PathId, payload, query
from osticket_api.web.paging import Page
from osticket_api.web.router import Router
from osticket_api.web.small_lists import SwitchedQuery

router = Router(tag="slas", prefix="/slas")


@router.read("", access=STAFF, returns=Page[Sla])
async def get_slas(call: CallDependency, query: Annotated[SwitchedQuery, query(SwitchedQuery)]) -> Response:
    """The SLA plans."""
    page = await call.read(list_slas, query)
    return call.listed(page, select_fields(page.items, Sla, query.fields))


@router.read("/{sla}", access=STAFF, returns=Sla)
async def get_sla_detail(call: CallDependency, sla: PathId) -> Response:
    """An SLA plan."""
    return call.one(await call.read(get_sla, sla))


@router.create("", access=ADMINISTRATOR, returns=Sla)
async def post_sla(call: CallDependency, body: Annotated[SlaCreate, payload(SlaCreate)]) -> Response:
    """Add an SLA plan."""
    return await SLAS.create(call, add_sla, body.given())


@router.update("/{sla}", access=ADMINISTRATOR, returns=Sla)
async def update_sla(call: CallDependency, sla: PathId, body: Annotated[SlaUpdate, payload(SlaUpdate)]) -> Response:
    """Change an SLA plan. When its tickets are due stays until they are reopened or edited."""
    return await SLAS.change(call, sla, edit_sla, body.given())


@router.remove("/{sla}", access=ADMINISTRATOR)
async def delete_sla_route(call: CallDependency, sla: PathId) -> Response:
    """Delete an SLA plan: its tickets get the default one. That one itself cannot be deleted."""
    return await SLAS.remove(call, sla, delete_sla)
