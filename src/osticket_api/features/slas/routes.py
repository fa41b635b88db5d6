"""SLA plans over HTTP."""

from typing import Annotated

from starlette.responses import Response

from osticket_api.access.rules import STAFF
from osticket_api.features.slas.queries import get_sla, list_slas
from osticket_api.features.slas.shapes import Sla
from osticket_api.web.call import CallDependency
from osticket_api.web.fields import select_fields
from osticket_api.web.input import PathId, query
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
