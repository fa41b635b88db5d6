"""The addresses of osTicket's own API. Whatever the content type says, the ending of the address decides.

Source: legacy-api.md 1, 4, 10 and 11.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from osticket_api.access.permissions import KeyPermission
from osticket_api.db.unit import Read, Write
from osticket_api.features.cron.api import run_cron
from osticket_api.features.inbound_mail.api import read_mail
from osticket_api.features.tickets.api import OpenTicketLimit, TicketDenied
from osticket_api.legacy import answers
from osticket_api.legacy.endpoints import Endpoint, Endpoints, LegacyRequest
from osticket_api.legacy.osticket.create_ticket import Opened, unexpected
from osticket_api.legacy.osticket.deduplicate import opened_once
from osticket_api.legacy.osticket.error_texts import denied, too_many
from osticket_api.legacy.osticket.json_body import read_json
from osticket_api.legacy.osticket.mail import take_in
from osticket_api.legacy.osticket.payload import email_of
from osticket_api.legacy.osticket.xml_body import read_xml
from osticket_api.legacy.plugin.creation import FIELDS, FieldRefused, open_extended, takes_fields
from osticket_api.web.input import beside_loop

_MAX_UNEXPECTED: Final = 20
_MAX_NAME: Final = 100


async def post_json(request: LegacyRequest) -> Response:
    return await _open(request, read_json)


async def post_xml(request: LegacyRequest) -> Response:
    return await _open(request, read_xml)


async def post_wildcard_json(request: LegacyRequest) -> Response:
    """Create a ticket by a key that is valid from every address. Source: legacy-endpoints.md 8.4."""
    return await _open(request, read_json, wildcard=True)


async def _open(
    request: LegacyRequest, read: Callable[[bytes], Mapping[str, Any]], *, wildcard: bool = False
) -> Response:
    key = await request.admit(KeyPermission.tickets_create, wildcard=wildcard)
    body = await request.body()
    sent = await beside_loop(len(body), read, body)
    await _log_unexpected(request, sent)

    def opening(tx: Write) -> Opened:
        return open_extended(tx, key, sent)

    path, seconds = request.request.scope["path"], request.settings.legacy_repeat_seconds
    opened = opened_once(request.database, key, path, body, opening, seconds)
    try:
        return await _answer_opened(request, opened, email_of(sent))
    except FieldRefused as error:
        return answers.text(400, str(error), "text/plain")


async def _answer_opened(
    request: LegacyRequest, opening: Awaitable[Opened], email: str, *, status_of_limit: int = 500
) -> Response:
    """Tell the number of the ticket that is opened, or was by a request like this one. Raises: LegacyError."""
    try:
        opened = await opening
    except TicketDenied as error:
        text = f'Ticket rejected ({email}) by filter "{error.filter_name}"'
        await request.log_plain("Warning", "Ticket denied", text)
        raise denied(error, email) from None
    except OpenTicketLimit as error:
        await request.database.write(error.record)
        raise too_many(status_of_limit) from None
    as_json = _wants_json(request)
    told = {"id": opened.id, "number": opened.number}
    answer = answers.json(201, told) if as_json else answers.text(201, opened.number)
    if opened.is_replayed:
        answer.headers["Idempotency-Replayed"] = "true"
    return answer


def _wants_json(request: LegacyRequest) -> bool:
    """Whether the client accepts only JSON, or says nothing and gets JSON by the settings."""
    accepted = [part.partition(";")[0].strip().lower() for part in _accept(request.request).split(",")]
    if accepted == ["application/json"]:
        return True
    asks_for_text = any(part.startswith("text/") for part in accepted)
    return request.settings.legacy_create_response == "json" and not asks_for_text


def _accept(request: Request) -> str:
    return request.headers.get("accept", "")


async def _log_unexpected(request: LegacyRequest, sent: Mapping[str, Any]) -> None:
    names = await request.database.read(_unexpected, sent)
    told = [f"{name[:_MAX_NAME]}: Unexpected data received in API request" for name in names[:_MAX_UNEXPECTED]]
    await request.log("Error", "Unexpected Data (400)", *told)


def _unexpected(tx: Read, sent: Mapping[str, Any]) -> list[str]:
    expected = FIELDS if takes_fields(tx) else frozenset[str]()
    return [name for name in unexpected(tx, sent) if name not in expected]


async def post_email(request: LegacyRequest) -> Response:
    """Take in a mail, as it came."""
    key = await request.admit(KeyPermission.tickets_create, wildcard=False)
    body = await request.body()
    mail = await run_in_threadpool(read_mail, body)  # A large mail takes seconds.
    opening = request.database.write(take_in, key, mail)
    # After a 500 osTicket's scripts let the mail server try again for days; after this its sender hears of it.
    return await _answer_opened(request, opening, mail.sender.address, status_of_limit=403)


async def post_cron(request: LegacyRequest) -> Response:
    """The duties of osTicket's cron that are ours: see `features.cron`."""
    await request.admit(KeyPermission.cron, wildcard=False)
    await request.database.write(run_cron)
    return answers.text(200, "Completed")


endpoints = Endpoints(
    Endpoint("/tickets.json", post_json, logs_errors=True),
    Endpoint("/tickets.xml", post_xml, logs_errors=True),
    Endpoint("/wildcard/tickets.json", post_wildcard_json, logs_errors=True),
    Endpoint("/tickets.email", post_email, logs_errors=True),
    Endpoint("/tasks/cron", post_cron, logs_errors=True),
)
