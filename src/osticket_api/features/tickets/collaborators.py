"""The collaborators of a ticket, who take part besides the owner."""

from sqlalchemy import select

from osticket_api.access.principal import Principal, User
from osticket_api.access.scope import reachable_ticket
from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.errors import Forbidden
from osticket_api.features.collaborators.api import Collaborator, list_of_thread
from osticket_api.features.threads.api import PageQuery
from osticket_api.features.tickets.reference import missing, named
from osticket_api.web.paging import Page


def list_of_ticket(tx: Read, principal: Principal, reference: str, query: PageQuery) -> Page[Collaborator]:
    """List the collaborators of a ticket, to agents who see it and to its owner. Raises: NotFound, Forbidden."""
    return list_of_thread(tx, principal, _get_thread_id(tx, principal, reference), query)


def _get_thread_id(tx: Read, principal: Principal, reference: str) -> int:
    ticket, thread = t.ticket.c, t.thread.c
    row = tx.row(
        select(ticket.user_id, thread.id)
        .outerjoin_from(t.ticket, t.thread, (thread.object_id == ticket.ticket_id) & thread.object_type.in_(("T", "C")))
        .where(named(reference), reachable_ticket(principal))
        .order_by(thread.object_type.desc())
    )
    if row is None:
        raise missing(reference)
    if isinstance(principal, User) and row.user_id != principal.id:
        raise Forbidden.because("Only the ticket's owner may list its collaborators.")
    return row.id or 0
