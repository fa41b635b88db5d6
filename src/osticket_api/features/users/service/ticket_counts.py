"""How many tickets people have, as far as the caller may see them."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Column, func, select

from osticket_api.access.principal import Principal
from osticket_api.access.scope import listed_tickets
from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.features.users.responses import TicketCounts


def count_tickets(
    tx: Read, principal: Principal, by: "Column[Any]", ids: Collection[int]
) -> Mapping[int, TicketCounts]:
    """Open and closed tickets for each id of a column of `user`: the user's own, or the organization's."""
    state = t.ticket_status.c.state
    rows = tx.rows(
        select(by.label("of"), state, func.count().label("count"))
        .join_from(t.ticket, t.user, t.user.c.id == t.ticket.c.user_id)
        .join(t.ticket_status, t.ticket_status.c.id == t.ticket.c.status_id)
        .where(by.in_(list(ids)), state.in_(("open", "closed")), listed_tickets(principal))
        .group_by(by, state)
    )
    counts = {each: TicketCounts() for each in ids}
    for row in rows:
        setattr(counts[row.of], row.state, row.count)
    return counts
