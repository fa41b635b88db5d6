"""The four doors to parents and children.

Each request can be made in two forms: as planned, with ids in the body, or as the plugin takes it, with numbers in the
path. Conflicts answer 409 to the first, 422 to the second.
"""

from typing import Final

from starlette.responses import Response

from osticket_api.access.permissions import KeyPermission
from osticket_api.legacy.plugin.bodies import read_fields
from osticket_api.legacy.plugin.door import TICKET, Denial, Door, Doors, Handler, Visit
from osticket_api.legacy.subtickets import acts
from osticket_api.legacy.subtickets.asking import PLANNED, PLUGIN, read_child, read_link, read_path

_DENIED: Final = Denial("API key not authorized for subticket operations", 403)
_EITHER: Final = rf"(?:{TICKET})|/?"


async def _admit(visit: Visit) -> None:
    await visit.admit(_DENIED, KeyPermission.subtickets_manage)


async def get_parent(visit: Visit) -> Response:
    name = read_path(visit.token or "", "Invalid ticket number")
    await _admit(visit)
    return visit.answer(await visit.read(acts.show_parent, visit.settings.subticket_mode, name))


async def get_children(visit: Visit) -> Response:
    name = read_path(visit.token or "", "Invalid ticket number")
    await _admit(visit)
    return visit.answer(await visit.read(acts.show_children, visit.settings.subticket_mode, name))


async def create_link(visit: Visit) -> Response:
    parent, child = read_link(visit.token, await read_fields(visit.request))
    await _admit(visit)
    wording = PLANNED if visit.token is None else PLUGIN
    return visit.answer(await visit.write(acts.link, visit.settings.subticket_mode, wording, parent, child))


async def remove_link(visit: Visit) -> Response:
    if visit.token is not None:
        child, wording = read_path(visit.token, "Invalid child ticket number"), PLUGIN
    else:
        child, wording = read_child(await read_fields(visit.request)), PLANNED
    await _admit(visit)
    return visit.answer(await visit.write(acts.unlink, visit.settings.subticket_mode, wording, child))


def _door(file: str, methods: tuple[str, ...], path: str, placeholder: str, handler: Handler) -> Door:
    expected = f". Expected: /api/{file}/{{{placeholder}}}.json"
    return Door(file, methods, path, expected, handler)


doors = Doors(
    _door("tickets-subtickets-parent.php", ("GET",), TICKET, "child_ticket_number", get_parent),
    _door("tickets-subtickets-list.php", ("GET",), TICKET, "parent_ticket_number", get_children),
    _door("tickets-subtickets-create.php", ("POST",), _EITHER, "parent_ticket_number", create_link),
    _door("tickets-subtickets-unlink.php", ("DELETE", "POST"), _EITHER, "child_ticket_number", remove_link),
)
