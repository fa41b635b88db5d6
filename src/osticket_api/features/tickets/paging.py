"""The order of ticket lists."""

from typing import Any

from sqlalchemy import ColumnElement

from osticket_api.db import tables as t
from osticket_api.features.tickets.columns import due_at


def sort_columns() -> dict[str, ColumnElement[Any]]:
    """What ticket lists can be sorted by. Higher priority is more urgent."""
    ticket = t.ticket.c
    return {
        "id": ticket.ticket_id,
        "number": ticket.number,
        "created_at": ticket.created,
        "updated_at": ticket.updated,
        "last_activity_at": ticket.lastupdate,
        "closed_at": ticket.closed,
        "due_at": due_at(),
        "priority": -t.ticket_priority.c.priority_urgency,
    }
