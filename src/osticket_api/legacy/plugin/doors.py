"""The plugin's doors to tickets: get, search, update, delete, stats, statuses, attachments."""

from typing import Final

from starlette.responses import Response

from osticket_api.access.permissions import KeyPermission
from osticket_api.legacy import answers
from osticket_api.legacy.plugin import reading, stats, updating
from osticket_api.legacy.plugin.bodies import read_fields
from osticket_api.legacy.plugin.door import BARE, FILE, TICKET, Denial, Door, Doors, Visit

_READ: Final = KeyPermission.tickets_read
_DENIED: Final = "API key not authorized to "
_NUMBER: Final = ". Expected: /api/{file}/{{ticket_number}}.json"


async def get_ticket(visit: Visit) -> Response:
    await visit.admit(Denial(_DENIED + "read tickets"), _READ)
    return visit.answer(await visit.read(reading.get_ticket, visit.token or "", _with_objects(visit)))


async def search_tickets(visit: Visit) -> Response:
    await visit.admit(Denial(_DENIED + "search tickets"), KeyPermission.tickets_search, _READ)
    given = {name: value.strip() for name, value in visit.request.query_params.items() if value.strip()}
    return visit.answer(await visit.read(reading.search, given, _with_objects(visit)))


async def update_ticket(visit: Visit) -> Response:
    fields = await read_fields(visit.request)
    await visit.admit(Denial(_DENIED + "update tickets"), KeyPermission.tickets_update)
    return _number(await visit.write(updating.update, visit.token or "", fields))


async def delete_ticket(visit: Visit) -> Response:
    await visit.admit(Denial(_DENIED + "delete tickets"), KeyPermission.tickets_delete)
    return _number(await visit.write(updating.delete, visit.token or ""))


async def count_tickets(visit: Visit) -> Response:
    await _admit_to_stats(visit)
    return visit.answer(await visit.read(stats.count, _with_objects(visit)))


async def list_statuses(visit: Visit) -> Response:
    await _admit_to_stats(visit)
    return visit.answer(await visit.read(reading.list_statuses))


async def download_attachment(visit: Visit) -> Response:
    await visit.admit(Denial(_DENIED + "read attachments"), _READ)
    return visit.answer(await visit.read(reading.download, visit.token or ""))


async def _admit_to_stats(visit: Visit) -> None:
    await visit.admit(Denial(_DENIED + "read ticket statistics"), KeyPermission.stats_read, _READ)


def _with_objects(visit: Visit) -> bool:
    """Names as the plugin's objects, where that is set and the answer is JSON."""
    return visit.settings.legacy_people == "objects" and visit.format == "json"


def _number(number: str) -> Response:
    """The bare number, whatever format the path names."""
    return answers.text(200, number, "text/plain")


def _of_ticket(file: str) -> str:
    return _NUMBER.format(file=file)


doors = Doors(
    Door("tickets-get.php", ("GET",), TICKET, _of_ticket("tickets-get.php"), get_ticket),
    Door("tickets-search.php", ("GET",), BARE, "", search_tickets),
    Door("tickets-update.php", ("PATCH", "PUT"), TICKET, _of_ticket("tickets-update.php"), update_ticket),
    Door("tickets-delete.php", ("DELETE",), TICKET, _of_ticket("tickets-delete.php"), delete_ticket),
    Door("tickets-stats.php", ("GET",), BARE, "", count_tickets),
    Door("tickets-statuses.php", ("GET",), BARE, "", list_statuses),
    Door(
        "tickets-attachment-download.php",
        ("GET",),
        FILE,
        ". Expected: /api/tickets-attachment-download.php/{file_id}.json",
        download_attachment,
    ),
)
