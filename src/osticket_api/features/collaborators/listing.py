"""Response models for the collaborators of a ticket or task."""

from msgspec import structs
from sqlalchemy import func, select

from osticket_api.access.principal import Principal, User
from osticket_api.access.scope import reads_as_agents
from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.features.collaborators import service
from osticket_api.features.collaborators.responses import Collaborator
from osticket_api.features.threads.api import PageQuery
from osticket_api.web.paging import Page
from osticket_api.web.responses import UserRef


def shown_to(principal: Principal, collaborator: Collaborator) -> Collaborator:
    """A collaborator as this caller may see them: users see no address but their own, as on osTicket's portal."""
    person = collaborator.user
    is_oneself = isinstance(principal, User) and person.id == principal.id
    if reads_as_agents(principal) or is_oneself:
        return collaborator
    return structs.replace(collaborator, user=structs.replace(person, email=None))


def shown(collaborator: service.Collaborator) -> Collaborator:
    person = UserRef(collaborator.user_id, collaborator.name, collaborator.email)
    return Collaborator(collaborator.id, person, collaborator.is_active, collaborator.created_at)


def all_shown(tx: Read, thread_id: int) -> list[Collaborator]:
    return [shown(each) for each in service.list_collaborators(tx, thread_id)]


def list_of_thread(tx: Read, principal: Principal, thread_id: int, query: PageQuery) -> Page[Collaborator]:
    """List the collaborators of a conversation that the caller may read."""
    offset = (query.page - 1) * query.per_page
    found = service.list_collaborators(tx, thread_id, limit=query.per_page, offset=offset)
    count = select(func.count()).where(t.thread_collaborator.c.thread_id == thread_id)
    return Page([shown_to(principal, shown(each)) for each in found], query.per_page, query.page, tx.scalar(count))
