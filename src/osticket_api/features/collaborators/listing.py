"""The collaborators of a ticket or task, as they leave."""

from sqlalchemy import func, select

from osticket_api.access.principal import Principal, User
from osticket_api.access.scope import reachable_ticket
from osticket_api.db import tables as t
from osticket_api.db.engine import Read
from osticket_api.errors import Forbidden
from osticket_api.features.collaborators import service
from osticket_api.features.threads.schemas import PageQuery
from osticket_api.features.tickets.reference import missing, named
from osticket_api.features.tickets.shapes import Collaborator
from osticket_api.web.paging import Page
from osticket_api.web.shapes import Person


def shown(collaborator: service.Collaborator) -> Collaborator:
    person = Person(collaborator.user_id, collaborator.name, collaborator.email)
    return Collaborator(collaborator.id, person, collaborator.is_active, collaborator.created_at)


def all_shown(tx: Read, thread_id: int) -> list[Collaborator]:
    return [shown(each) for each in service.list_collaborators(tx, thread_id)]


def list_of_ticket(tx: Read, principal: Principal, reference: str, query: PageQuery) -> Page[Collaborator]:
    """Who takes part in a ticket. Agents who see it may know, and of the users its owner.

    Raises: NotFound, Forbidden.
    """
    return list_of_thread(tx, _get_thread_id(tx, principal, reference), query)


def list_of_thread(tx: Read, thread_id: int, query: PageQuery) -> Page[Collaborator]:
    """Who takes part in a conversation that the caller may read."""
    offset = (query.page - 1) * query.per_page
    found = service.list_collaborators(tx, thread_id, limit=query.per_page, offset=offset)
    count = select(func.count()).where(t.thread_collaborator.c.thread_id == thread_id)
    return Page([shown(each) for each in found], query.per_page, query.page, tx.scalar(count))


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
        raise Forbidden.because("Only the ticket's owner may know who takes part.")
    return row.id or 0
