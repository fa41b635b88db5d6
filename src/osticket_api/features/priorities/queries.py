"""Reading priorities."""

from collections.abc import Sequence
from typing import Any

from pydantic import Field
from sqlalchemy import ColumnElement, Row, select, true

from osticket_api.access.principal import Principal, Staff
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.unit import Read
from osticket_api.errors import NotFound
from osticket_api.features.priorities.responses import Priority
from osticket_api.query.listing import Listing
from osticket_api.query.ordering import sort_keys
from osticket_api.query.small_lists import NamedQuery, matching, read_page
from osticket_api.web.paging import Page


class PriorityQuery(NamedQuery):
    """Filters of the list of priorities, which begins with the least urgent one."""

    sort: str = Field("-urgency", max_length=200, description="Keys, comma separated; `-` for descending.")


def list_priorities(tx: Read, principal: Principal, query: PriorityQuery) -> Page[Priority]:
    """The page of priorities that the query asks for; users see public ones. Raises: Invalid."""
    priority = t.ticket_priority.c
    columns = {"id": priority.priority_id, "name": priority.priority_desc, "urgency": priority.priority_urgency}
    wanted = [_visible(principal), *matching(query, priority.priority_desc)]
    listing = Listing(principal, query, priority.priority_id, sort_keys(query.sort, columns), wanted)
    return read_page(tx, listing, select(t.ticket_priority), lambda rows: _to_response(tx, rows))


def get_priority(tx: Read, principal: Principal, priority_id: int) -> Priority:
    """A priority the caller may see. Raises: NotFound."""
    priority = t.ticket_priority.c
    rows = tx.rows(select(t.ticket_priority).where(priority.priority_id == priority_id, _visible(principal)))
    if not rows:
        raise NotFound.because(f"There is no priority {priority_id}.")
    return _to_response(tx, rows)[0]


def _visible(principal: Principal) -> ColumnElement[bool]:
    return true() if isinstance(principal, Staff) else t.ticket_priority.c.ispublic == True  # noqa: E712


def _to_response(tx: Read, rows: Sequence[Row[Any]]) -> list[Priority]:
    default_id = load_config(tx).number("default_priority_id")
    return [
        Priority(
            id=row.priority_id,
            name=row.priority_desc,
            slug=row.priority,
            color=row.priority_color,
            urgency=row.priority_urgency,
            is_public=row.ispublic,
            is_default=row.priority_id == default_id,
        )
        for row in rows
    ]
