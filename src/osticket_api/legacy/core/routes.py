"""The addresses of osTicket's own API. Whatever the content type says, the ending of the address decides.

Source: legacy-api.md 1, 4, 10 and 11.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from osticket_api.access.permissions import KeyPermission
from osticket_api.access.principal import ApiKey
from osticket_api.db.engine import Read, Write
from osticket_api.features.cron.service import run_cron
from osticket_api.features.tickets.service.create import TicketDenied
from osticket_api.legacy import answers
from osticket_api.legacy.core.complaints import denied
from osticket_api.legacy.core.door import Doors, Visit
from osticket_api.legacy.core.json_body import read_json
from osticket_api.legacy.core.opening import Opened, unexpected
from osticket_api.legacy.core.repeats import opened_once
from osticket_api.legacy.core.sent import text_of
from osticket_api.legacy.core.xml_body import read_xml
from osticket_api.legacy.mail.intake import receive
from osticket_api.legacy.mail.reading import read_mail
from osticket_api.legacy.plugin.creation import FIELDS, NotTaken, open_extended, takes_fields

doors = Doors()

_MAX_UNEXPECTED: Final = 20
_MAX_NAME: Final = 100


@doors.post("/tickets.json")
async def post_json(visit: Visit) -> Response:
    return await _open(visit, read_json)


@doors.post("/tickets.xml")
async def post_xml(visit: Visit) -> Response:
    return await _open(visit, read_xml)


@doors.post("/wildcard/tickets.json")
async def post_wildcard_json(visit: Visit) -> Response:
    """The same for keys that are good from anywhere. Source: legacy-endpoints.md 8.4."""
    return await _open(visit, read_json, wildcard=True)


async def _open(visit: Visit, read: Callable[[bytes], Mapping[str, Any]], *, wildcard: bool = False) -> Response:
    key = await visit.admit(KeyPermission.tickets_create, wildcard=wildcard)
    body = await visit.body()
    sent = read(body)
    await _log_unexpected(visit, sent)

    def opening(tx: Write) -> Opened:
        return open_extended(tx, key, sent)

    try:
        return await answer_opened(visit, key, body, opening, text_of(sent.get("email")) or "")
    except NotTaken as error:
        return answers.text(400, str(error), "text/plain")


async def answer_opened(
    visit: Visit, key: ApiKey, body: bytes, opening: Callable[[Write], Opened], email: str
) -> Response:
    """Open a ticket, once, and tell its number. Raises: Refused."""
    try:
        opened = await opened_once(visit.database, key, visit.request.scope["path"], body, opening)
    except TicketDenied as error:
        text = f'Ticket rejected ({email}) by filter "{error.filter_name}"'
        await visit.log_plain("Warning", "Ticket denied", text)
        raise denied(error, email) from None
    if _wants_json(visit):
        return answers.json(201, {"id": opened.id, "number": opened.number})
    return answers.text(201, opened.number)


def _wants_json(visit: Visit) -> bool:
    """Whether the client asks for JSON and for nothing else, or says nothing and JSON is what it gets here."""
    accepted = [part.partition(";")[0].strip().lower() for part in _accept(visit.request).split(",")]
    if accepted == ["application/json"]:
        return True
    asks_for_text = any(part.startswith("text/") for part in accepted)
    return visit.settings.legacy_create_response == "json" and not asks_for_text


def _accept(request: Request) -> str:
    return request.headers.get("accept", "")


async def _log_unexpected(visit: Visit, sent: Mapping[str, Any]) -> None:
    names = await visit.database.read(_unexpected, sent)
    told = [f"{name[:_MAX_NAME]}: Unexpected data received in API request" for name in names[:_MAX_UNEXPECTED]]
    await visit.log("Error", "Unexpected Data (400)", *told)


def _unexpected(tx: Read, sent: Mapping[str, Any]) -> list[str]:
    expected = FIELDS if takes_fields(tx) else frozenset[str]()
    return [name for name in unexpected(tx, sent) if name not in expected]


@doors.post("/tickets.email")
async def post_email(visit: Visit) -> Response:
    """Take in a mail, as it came."""
    key = await visit.admit(KeyPermission.tickets_create)
    body = await visit.body()
    mail = read_mail(body)
    salt = visit.settings.secret_salt.get_secret_value()

    def opening(tx: Write) -> Opened:
        return receive(tx, key, mail, salt)

    return await answer_opened(visit, key, body, opening, mail.sender.address)


@doors.post("/tasks/cron")
async def post_cron(visit: Visit) -> Response:
    """The duties of osTicket's cron that are ours: see `features.cron`."""
    await visit.admit(KeyPermission.cron)
    await visit.database.write(run_cron)
    return answers.text(200, "Completed")
