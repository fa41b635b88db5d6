"""Ticket filters over HTTP."""

from osticket_api.access.principal import Staff
from osticket_api.access.rules import ADMINISTRATOR
from osticket_api.db.unit import Read, Write
from osticket_api.features.filters import reading
from osticket_api.features.filters.requests import FilterCreate, FilterQuery, FilterTest, FilterUpdate
from osticket_api.features.filters.responses import FilterTrial, TicketFilter
from osticket_api.features.filters.service import FILTERS, add_filter, delete_filter, edit_filter
from osticket_api.features.filters.trying import try_filters
from osticket_api.web.input import PathId
from osticket_api.web.paging import Page
from osticket_api.web.results import Created, Secret
from osticket_api.web.router import Router

router = Router(tag="filters", prefix="/filters")


@router.get("", access=ADMINISTRATOR)
def get_ticket_filters(unit: Read, caller: Staff, query: FilterQuery) -> Page[TicketFilter]:
    """The ticket filters, in the order in which they are tried. The ban list is at `/ban-list`."""
    return reading.list_filters(unit, caller, query)


@router.get("/{filter}", access=ADMINISTRATOR)
def get_ticket_filter(unit: Read, caller: Staff, filter: PathId) -> TicketFilter:
    """A ticket filter with its rules and actions."""
    return reading.get_filter(unit, caller, filter)


@router.post("", access=ADMINISTRATOR)
def post_ticket_filter(unit: Write, caller: Staff, body: FilterCreate) -> Created[TicketFilter]:
    """Add a ticket filter."""
    filter_id = add_filter(unit, caller, body.given())
    return Created(FILTERS.get(unit, caller, filter_id))


@router.post("/test", access=ADMINISTRATOR)
def test_ticket_filters(unit: Read, caller: Staff, body: FilterTest) -> Secret[FilterTrial]:
    """Tell which filters match a ticket or a sample of one, rule by rule, and what they would do.

    Nothing is written.
    """
    return Secret(try_filters(unit, caller, body))


@router.patch("/{filter}", access=ADMINISTRATOR)
def update_ticket_filter(unit: Write, caller: Staff, filter: PathId, body: FilterUpdate) -> TicketFilter:
    """Change a ticket filter. Rules and actions are given as a whole."""
    edit_filter(unit, caller, FILTERS.get_for_update(unit, caller, filter), body.given())
    return FILTERS.get(unit, caller, filter)


@router.delete("/{filter}", access=ADMINISTRATOR)
def delete_ticket_filter(unit: Write, caller: Staff, filter: PathId) -> None:
    """Delete a ticket filter. Tickets that it has changed stay as they are."""
    delete_filter(unit, caller, FILTERS.get_for_update(unit, caller, filter))
    FILTERS.note_deleted(unit, filter)
