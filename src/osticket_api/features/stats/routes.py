"""Statistics over HTTP."""

from osticket_api.access.principal import Staff
from osticket_api.access.rules import STAFF
from osticket_api.db.unit import Read
from osticket_api.features.stats.queries import ticket_stats
from osticket_api.features.stats.requests import StatsQuery
from osticket_api.features.stats.responses import TicketStats
from osticket_api.web.router import Router

router = Router(tag="statistics", prefix="/stats")


@router.get("/tickets", access=STAFF)
def get_ticket_stats(unit: Read, caller: Staff, query: StatsQuery) -> TicketStats:
    """Count tickets that were created, closed and reopened, or are open, and their durations, among those that the
    caller's lists show.

    A ticket counts where it is now, not where it was. Without the permission `stats.agents` nothing is told of other
    agents. Numbers may be fifteen seconds old.
    """
    return ticket_stats(unit, caller, query)
