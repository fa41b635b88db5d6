"""The stream over HTTP."""

from osticket_api.access.principal import Principal
from osticket_api.access.rules import ANYONE, LISTENS, SIGNED_IN
from osticket_api.db.unit import Read
from osticket_api.errors import BadRequest, NotAvailable
from osticket_api.events.catalogue import types_matching
from osticket_api.events.feed import last_number, require_place
from osticket_api.events.selecting import Selection
from osticket_api.features.queues.api import tickets_in_queue
from osticket_api.features.stream.identifying import ByCredentials, ByToken, Identify
from osticket_api.features.stream.requests import StreamQuery
from osticket_api.features.stream.responses import StreamTicket
from osticket_api.features.stream.serving import Streams
from osticket_api.features.stream.tickets import SECONDS_VALID, issue_ticket, redeem_ticket
from osticket_api.web.admission import credentials
from osticket_api.web.call import Call
from osticket_api.web.envelope import own_address
from osticket_api.web.results import EventStream, Secret
from osticket_api.web.router import Router

router = Router(tag="stream", prefix="/stream")


@router.get("", access=ANYONE)
async def get_stream(call: Call, query: StreamQuery) -> EventStream:
    """Send events as they happen, as server-sent events.

    Each event has the number of the feed as its id: a browser that comes back sends it as `Last-Event-ID` and misses
    nothing. Sign in by a header or a cookie, or by a `ticket` from `POST /stream/tickets`. A comment every 15 seconds
    keeps the connection open. The stream ends when the sign-in does. With `queue_id`, a ticket that leaves the queue is
    told as `ticket.gone`.
    """
    if not call.database.has_own_tables:
        raise NotAvailable.because("This server is attached read-only and keeps no feed.")
    wanted = Selection(types_matching(query.types), query.ticket_id, query.queue_id, tickets_in_queue)
    identify = await _identify(call, query.ticket)
    await call.database.read(_check, await identify(), wanted)
    streams: Streams = call.request.app.state.streams
    return EventStream(streams.stream(identify, wanted, await _place(call, query.after)))


@router.post("/tickets", access=SIGNED_IN, status=201)
async def post_stream_ticket(call: Call) -> Secret[StreamTicket]:
    """Get a ticket that opens one stream within the next 30 seconds, for programs that send no headers."""
    if call.is_signed_in_at_osticket:
        raise BadRequest.because("osTicket's cookie opens the stream by itself: call /stream without a ticket.")
    if call.sign_in is None:
        raise BadRequest.because(
            "Only somebody who has signed in can get a ticket for the stream: send a bearer token."
        )
    ticket = await call.database.write(issue_ticket, call.sign_in)
    url = f"{own_address(call.request)}/api/v2/stream?ticket={ticket}"
    return Secret(StreamTicket(ticket, SECONDS_VALID, url))


def _check(tx: Read, principal: Principal, wanted: Selection) -> None:
    """Raises: Invalid, NotAvailable for a queue that cannot be listened to."""
    wanted.conditions(tx, principal)


async def _identify(call: Call, ticket: str | None) -> Identify:
    """How to find out who listens, again and again. Raises: Unauthenticated, Forbidden."""
    if ticket is None:
        LISTENS.check(call.principal)
        return ByCredentials(call.database, call.signing_keys, credentials(call.request))
    token = await call.database.write(redeem_ticket, ticket)
    return ByToken(call.database, token, call.ip)


async def _place(call: Call, after: int | None) -> int:
    """Find the number after which the stream begins. Raises: Expired, BadRequest."""
    last_id = call.request.headers.get("last-event-id", "").strip()
    if last_id and not (last_id.isascii() and last_id.isdigit() and len(last_id) <= 15):
        raise BadRequest.because("Last-Event-ID must be the id of an event of this stream.")
    number = int(last_id) if last_id else after
    if number is None:
        return await call.database.read(last_number)
    await call.database.read(require_place, number)
    return number
