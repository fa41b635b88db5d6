"""Reading ticket statuses."""

from collections.abc import Sequence
from typing import Any

from pydantic import Field
from sqlalchemy import Row, select

from osticket_api.access.principal import Principal, Staff
from osticket_api.access.structure import visible_statuses
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.flags import StatusMode, has_flag
from osticket_api.db.unit import Read
from osticket_api.errors import NotFound
from osticket_api.features.statuses.properties import description_key, description_of, read_properties
from osticket_api.features.statuses.responses import TicketStatus
from osticket_api.query.listing import Listing
from osticket_api.query.ordering import sort_keys
from osticket_api.query.small_lists import SwitchedQuery, matching, read_page
from osticket_api.web.paging import Page


class StatusQuery(SwitchedQuery):
    """Filters of the list of statuses, which is in the order the administrator gave it."""

    sort: str = Field("position", max_length=200, description="Keys, comma separated; `-` for descending.")


def list_statuses(tx: Read, principal: Principal, query: StatusQuery) -> Page[TicketStatus]:
    """The page of statuses that the query asks for, among those the caller may see. Raises: Invalid."""
    status = t.ticket_status.c
    columns = {"id": status.id, "name": status.name, "state": status.state, "position": status.sort}
    wanted = [visible_statuses(principal), *matching(query, status.name, has_flag(status.mode, StatusMode.ENABLED))]
    listing = Listing(principal, query, status.id, sort_keys(query.sort, columns), wanted)
    return read_page(tx, listing, select(t.ticket_status), lambda rows: _to_response(tx, principal, rows))


def get_status(tx: Read, principal: Principal, status_id: int) -> TicketStatus:
    """A status the caller may see. Raises: NotFound."""
    rows = tx.rows(select(t.ticket_status).where(t.ticket_status.c.id == status_id, visible_statuses(principal)))
    if not rows:
        raise NotFound.because(f"There is no status {status_id}.")
    return _to_response(tx, principal, rows)[0]


def _to_response(tx: Read, principal: Principal, rows: Sequence[Row[Any]]) -> list[TicketStatus]:
    if not isinstance(principal, Staff):
        return [TicketStatus(id=row.id, name=row.name, state=row.state or "open") for row in rows]
    default_id = load_config(tx).number("default_ticket_status_id")
    key = description_key(tx)
    return [_for_agents(row, default_id, key) for row in rows]


def _for_agents(row: Row[Any], default_id: int, key: str) -> TicketStatus:
    properties = read_properties(row.properties)
    is_closed = row.state == "closed"
    return TicketStatus(
        id=row.id,
        name=row.name,
        state=row.state or "open",
        description=description_of(properties, key),
        position=row.sort,
        is_active=bool(row.mode & StatusMode.ENABLED),
        is_built_in=bool(row.mode & StatusMode.INTERNAL),
        is_default=row.id == default_id,
        allows_reopening=not is_closed or bool(properties.get("allowreopen") and "reopenstatus" in properties),
        reopen_status_id=_id(properties.get("reopenstatus")) if is_closed else None,
    )


def _id(value: Any) -> int | None:
    """PHP keeps the id as a number or as text."""
    return int(value) or None if str(value).isdigit() else None
