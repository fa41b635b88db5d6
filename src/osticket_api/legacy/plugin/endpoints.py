"""The plugin's endpoints for tickets: get, search, update, delete, stats, statuses, attachments."""

from typing import Final

from starlette.responses import Response

from osticket_api.access.permissions import KeyPermission
from osticket_api.legacy import answers
from osticket_api.legacy.endpoints import BARE, FILE, TICKET, Denial, Endpoint, Endpoints, Handler, LegacyRequest
from osticket_api.legacy.plugin import reading, stats, updating
from osticket_api.legacy.plugin.bodies import read_fields
from osticket_api.legacy.plugin.responses import ResponseOptions

_READ: Final = KeyPermission.tickets_read
_DENIED: Final = "API key not authorized to "


async def get_ticket(request: LegacyRequest) -> Response:
    await request.admit(_READ, denied=Denial(_DENIED + "read tickets"))
    return request.answer(await request.read(reading.get_ticket, request.token or "", _options(request)))


async def search_tickets(request: LegacyRequest) -> Response:
    await request.admit(KeyPermission.tickets_search, _READ, denied=Denial(_DENIED + "search tickets"))
    given = {name: value.strip() for name, value in request.request.query_params.items() if value.strip()}
    return request.answer(await request.read(reading.search, given, _options(request)))


async def update_ticket(request: LegacyRequest) -> Response:
    fields = await read_fields(request.request)
    await request.admit(KeyPermission.tickets_update, denied=Denial(_DENIED + "update tickets"))
    return _number(await request.write(updating.update, request.token or "", fields))


async def delete_ticket(request: LegacyRequest) -> Response:
    await request.admit(KeyPermission.tickets_delete, denied=Denial(_DENIED + "delete tickets"))
    return _number(await request.write(updating.delete, request.token or ""))


async def count_tickets(request: LegacyRequest) -> Response:
    await _admit_to_stats(request)
    return request.answer(await request.read(stats.count, _with_objects(request)))


async def list_statuses(request: LegacyRequest) -> Response:
    await _admit_to_stats(request)
    return request.answer(await request.read(reading.list_statuses))


async def download_attachment(request: LegacyRequest) -> Response:
    await request.admit(_READ, denied=Denial(_DENIED + "read attachments"))
    return request.answer(await request.read(reading.download, request.token or ""))


async def _admit_to_stats(request: LegacyRequest) -> None:
    await request.admit(KeyPermission.stats_read, _READ, denied=Denial(_DENIED + "read ticket statistics"))


def _options(request: LegacyRequest) -> ResponseOptions:
    """The plugin's own objects come with its own numbers, and XML has no other word for no."""
    with_numbers = request.format == "xml" or request.settings.legacy_people == "objects"
    return ResponseOptions(request.database.zone, _with_objects(request), with_numbers)


def _with_objects(request: LegacyRequest) -> bool:
    """Names as the plugin's objects, where that is set and the answer is JSON."""
    return request.settings.legacy_people == "objects" and request.format == "json"


def _number(number: str) -> Response:
    """The bare number, whatever format the path names."""
    return answers.text(200, number, "text/plain")


def _file(name: str, methods: tuple[str, ...], handler: Handler, rest: str = BARE, token: str = "") -> Endpoint:
    """One `.php` file. `token`: what its path names, as a refusal tells it."""
    expected = f". Expected: /api/{name}/{{{token}}}.json" if token else ""
    return Endpoint(f"/{name}", handler, methods, rest, expected)


endpoints = Endpoints(
    _file("tickets-get.php", ("GET",), get_ticket, TICKET, "ticket_number"),
    _file("tickets-search.php", ("GET",), search_tickets),
    _file("tickets-update.php", ("PATCH", "PUT"), update_ticket, TICKET, "ticket_number"),
    _file("tickets-delete.php", ("DELETE",), delete_ticket, TICKET, "ticket_number"),
    _file("tickets-stats.php", ("GET",), count_tickets),
    _file("tickets-statuses.php", ("GET",), list_statuses),
    _file("tickets-attachment-download.php", ("GET",), download_attachment, FILE, "file_id"),
)
