"""The feed over HTTP."""

import time

from osticket_api.access.principal import Principal
from osticket_api.access.rules import LISTENS
from osticket_api.db.unit import Read
from osticket_api.errors import NotAvailable
from osticket_api.events.catalogue import feed_types_matching
from osticket_api.events.delivery import heard_after
from osticket_api.events.feed import require_place
from osticket_api.events.messages import FeedEvent
from osticket_api.events.selecting import Selection
from osticket_api.features.events.requests import FeedQuery
from osticket_api.features.queues.api import tickets_in_queue
from osticket_api.web.call import Call
from osticket_api.web.paging import Slice
from osticket_api.web.router import Router

router = Router(tag="stream")

Heard = tuple[list[FeedEvent], int, bool]


@router.get("/events", access=LISTENS)
async def get_feed(call: Call, query: FeedQuery) -> Slice[FeedEvent]:
    """The events of the help desk, caused through this API or osTicket itself, oldest first.

    Ask again with `after` set to `meta.next_cursor`. With `wait` an answer comes as soon as something happens. Callers
    hear of what they may see at this moment. With `queue_id`, a ticket that leaves the queue is told as `ticket.gone`.
    A cursor that is older than what is kept, or newer than the feed, is answered with 410.
    """
    if not call.database.has_own_tables:
        raise NotAvailable.because("This server is attached read-only and keeps no feed.")
    wanted = Selection(feed_types_matching(query.types), query.ticket_id, query.queue_id, tickets_in_queue)
    heard = await call.database.read(_heard, call.principal, query, wanted, query.after or 0)
    if not heard[0] and query.wait:
        heard = await _wait(call, query, wanted, heard[1])
    events, cursor, has_more = heard
    return Slice(events, str(cursor), has_more)


def _heard(tx: Read, principal: Principal, query: FeedQuery, wanted: Selection, after: int) -> Heard:
    if query.after is not None:
        require_place(tx, query.after, "after")
    return heard_after(tx, principal, after, wanted, query.limit)


async def _wait(call: Call, query: FeedQuery, wanted: Selection, cursor: int) -> Heard:
    """Wait for the first events, for as long as the caller asks."""
    until = time.monotonic() + query.wait
    heard: Heard = ([], cursor, False)
    while not heard[0] and (left := until - time.monotonic()) > 0 and not call.hub.is_ending:
        if await call.hub.grown_beyond(heard[1], left):
            heard = await call.database.read(heard_after, call.principal, heard[1], wanted, query.limit)
    return heard
