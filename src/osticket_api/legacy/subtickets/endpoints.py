"""The four endpoints for parents and children.

Each request can be made in two forms: as planned, with ids in the body, or as the plugin takes it, with numbers in the
path. Conflicts answer 409 to the first, 422 to the second.
"""

from typing import Final

from starlette.responses import Response

from osticket_api.access.permissions import KeyPermission
from osticket_api.legacy.endpoints import TICKET, Denial, Endpoint, Endpoints, Handler, LegacyRequest
from osticket_api.legacy.plugin.bodies import read_fields
from osticket_api.legacy.subtickets import handlers
from osticket_api.legacy.subtickets.requests import PLANNED, PLUGIN, read_child, read_link, read_path

_DENIED: Final = Denial("API key not authorized for subticket operations", 403)
_EITHER: Final = rf"(?:{TICKET})|/?"


async def _admit(request: LegacyRequest) -> None:
    await request.admit(KeyPermission.subtickets_manage, denied=_DENIED)


async def get_parent(request: LegacyRequest) -> Response:
    name = read_path(request.token or "", "Invalid ticket number")
    await _admit(request)
    return request.answer(await request.read(handlers.show_parent, request.settings.subticket_mode, name))


async def get_children(request: LegacyRequest) -> Response:
    name = read_path(request.token or "", "Invalid ticket number")
    await _admit(request)
    return request.answer(await request.read(handlers.show_children, request.settings.subticket_mode, name))


async def create_link(request: LegacyRequest) -> Response:
    parent, child = read_link(request.token, await read_fields(request.request))
    await _admit(request)
    wording = PLANNED if request.token is None else PLUGIN
    return request.answer(await request.write(handlers.link, request.settings.subticket_mode, wording, parent, child))


async def remove_link(request: LegacyRequest) -> Response:
    if request.token is not None:
        child, wording = read_path(request.token, "Invalid child ticket number"), PLUGIN
    else:
        child, wording = read_child(await read_fields(request.request)), PLANNED
    await _admit(request)
    return request.answer(await request.write(handlers.unlink, request.settings.subticket_mode, wording, child))


def _file(name: str, methods: tuple[str, ...], rest: str, token: str, handler: Handler) -> Endpoint:
    """One `.php` file. `token`: what its path names, as a refusal tells it."""
    return Endpoint(f"/{name}", handler, methods, rest, f". Expected: /api/{name}/{{{token}}}.json")


endpoints = Endpoints(
    _file("tickets-subtickets-parent.php", ("GET",), TICKET, "child_ticket_number", get_parent),
    _file("tickets-subtickets-list.php", ("GET",), TICKET, "parent_ticket_number", get_children),
    _file("tickets-subtickets-create.php", ("POST",), _EITHER, "parent_ticket_number", create_link),
    _file("tickets-subtickets-unlink.php", ("DELETE", "POST"), _EITHER, "child_ticket_number", remove_link),
)
