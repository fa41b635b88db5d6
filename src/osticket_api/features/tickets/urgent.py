"""The page of the most urgent tickets: what makes queues cheap in osTicket's usual order, by priority, then the latest.

No index tells priorities, so that each open ticket would have to be asked for its own. Where the newest tickets hold
enough of the highest priority, the page holds nothing else, and nothing that is older than the last of them.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, func, select

from osticket_api.access.scope import Scope, StaffScope, tickets_of_departments
from osticket_api.db import indexes
from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.features.tickets.bounds import DEEPEST
from osticket_api.features.tickets.columns import subject_and_priority, with_cdata
from osticket_api.features.tickets.totals import are_many
from osticket_api.query.listing import Listing

_LOOKED_AT: Final = 5000
"""How many of the newest tickets are asked for their priority, at most."""
_ORDER: Final = [("priority", True), ("lastupdate", True)]


def most_urgent(tx: Read, scope: Scope, listing: Listing) -> Sequence[ColumnElement[bool]]:
    """What the page can be narrowed by without a change; nothing for other orders, and for few tickets."""
    query = listing.query
    length = (query.page or 1) * query.per_page + 1
    is_in_order = [(key.name, key.descending) for key in listing.keys[:2]] == _ORDER
    if not is_in_order or query.cursor or length > DEEPEST or not isinstance(scope, StaffScope):
        return ()
    if not are_many(tx) or not indexes.are_present(tx):
        return ()
    ticket, priority = t.ticket.c, t.ticket_priority.c
    highest = select(func.min(priority.priority_urgency)).scalar_subquery()
    most = tx.scalars(select(priority.priority_id).where(priority.priority_urgency == highest))
    has_highest = subject_and_priority(tx)[1].in_(most)
    _, *filters = listing.wanted
    newest = (
        select(ticket.ticket_id, ticket.lastupdate)
        .where(tickets_of_departments(scope), *filters, *listing.narrowing)
        .order_by(ticket.lastupdate.desc())
        .limit(_LOOKED_AT)
        .subquery("newest")
    )
    last = (
        select(newest.c.lastupdate)
        .select_from(with_cdata(tx, newest.join(t.ticket, ticket.ticket_id == newest.c.ticket_id)))
        .where(has_highest)
        .order_by(newest.c.lastupdate.desc())
        .offset(length - 1)
        .limit(1)
    )
    moment = tx.scalar(last)
    return () if moment is None else (has_highest, ticket.lastupdate >= moment)
