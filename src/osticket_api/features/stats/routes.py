"""Statistics over HTTP."""

from typing import Annotated

from starlette.responses import Response

from osticket_api.access.rules import STAFF
from osticket_api.features.stats.queries import ticket_stats
from osticket_api.features.stats.schemas import StatsQuery
from osticket_api.features.stats.shapes import TicketStats
from osticket_api.web.call import CallDependency
from osticket_api.web.input import query
from osticket_api.web.router import Router

router = Router(tag="statistics", prefix="/stats")


@router.read("/tickets", access=STAFF, returns=TicketStats)
async def get_ticket_stats(call: CallDependency, query: Annotated[StatsQuery, query(StatsQuery)]) -> Response:
    """How many tickets came, went and wait, and how long it took: of all tickets that the caller's lists show.

    A ticket counts where it is now, not where it was. Without the permission `stats.agents` nothing is told of other
    agents. Numbers may be fifteen seconds old.
    """
    return call.one(await call.read(ticket_stats, query))
