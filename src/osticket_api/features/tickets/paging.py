"""The order of ticket lists."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement

from osticket_api.db import tables as t
from osticket_api.features.tickets.activity import last_activity_column
from osticket_api.features.tickets.columns import due_at


@lru_cache
def sort_columns(*, for_users: bool = False) -> Mapping[str, ColumnElement[Any]]:
    """The columns that ticket lists can be sorted by.

    Users get no column that shows when agents work on a ticket unseen.
    """
    ticket = t.ticket.c
    return {
        "id": ticket.ticket_id,
        "number": ticket.number,
        "created_at": ticket.created,
        "updated_at": last_activity_column() if for_users else ticket.updated,
        "last_activity_at": last_activity_column(),
        "closed_at": ticket.closed,
        "due_at": due_at(),
        "priority": urgency(),
    }


def urgency() -> ColumnElement[Any]:
    """Higher priority is more urgent."""
    return -t.ticket_priority.c.priority_urgency
