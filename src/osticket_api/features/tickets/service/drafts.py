"""Half-written replies and notes, which go when the thing itself is posted.

Source: tickets.md 3.4.
"""

from sqlalchemy import delete

from osticket_api.access.principal import Principal, Staff
from osticket_api.db import tables as t
from osticket_api.db.engine import Write
from osticket_api.features.tickets.state import TicketState


def discard_draft(tx: Write, actor: Principal, namespace: str) -> None:
    """The agent's own draft of this."""
    if isinstance(actor, Staff):
        draft = t.draft.c
        tx.change(delete(t.draft).where(draft.namespace == namespace, draft.staff_id == actor.id))


def discard_client_drafts(tx: Write, ticket: TicketState) -> None:
    """What users were writing on the ticket."""
    tx.change(delete(t.draft).where(t.draft.c.namespace == f"ticket.client.{ticket.id}"))


def discard_all_drafts(tx: Write, ticket: TicketState) -> None:
    """Everything anybody was writing: the ticket is closed or deleted."""
    tx.change(delete(t.draft).where(t.draft.c.namespace.like(f"ticket.%.{ticket.id}")))
