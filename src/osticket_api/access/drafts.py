"""Whose a draft is.

osTicket keeps agents and users in one column: the namespace alone tells an agent's draft from that of the user with the
same id. Source: tickets.md 9.3
"""

from sqlalchemy import ColumnElement, and_, false, or_

from osticket_api.access.principal import Principal, Staff, User
from osticket_api.db import tables as t


def own_drafts(principal: Principal) -> ColumnElement[bool]:
    """The caller's drafts of entries on tickets and tasks."""
    draft = t.draft.c
    if isinstance(principal, Staff):
        is_work = or_(draft.namespace.like("ticket.%"), draft.namespace.like("task.%"))
        return and_(draft.staff_id == principal.id, is_work, draft.namespace.not_like("ticket.client.%"))
    if isinstance(principal, User):
        return and_(draft.staff_id == principal.id, draft.namespace.like("ticket.client.%"))
    return false()
