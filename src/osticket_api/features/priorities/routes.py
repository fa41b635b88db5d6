"""Priorities over HTTP."""

from osticket_api.access.principal import Staff, User
from osticket_api.access.rules import SIGNED_IN
from osticket_api.db.unit import Read
from osticket_api.features.priorities.queries import PriorityQuery, get_priority, list_priorities
from osticket_api.features.priorities.responses import Priority
from osticket_api.web.input import PathId
from osticket_api.web.paging import Page
from osticket_api.web.router import Router

router = Router(tag="priorities", prefix="/priorities")


@router.get("", access=SIGNED_IN)
def get_priorities(unit: Read, caller: Staff | User, query: PriorityQuery) -> Page[Priority]:
    """The priorities, the least urgent first. Users see public ones."""
    return list_priorities(unit, caller, query)


@router.get("/{priority}", access=SIGNED_IN)
def get_priority_detail(unit: Read, caller: Staff | User, priority: PathId) -> Priority:
    """A priority."""
    return get_priority(unit, caller, priority)
