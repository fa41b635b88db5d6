"""Tickets that have been closed for longer than they are to be kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Select, func, select

from osticket_api.access.principal import Staff
from osticket_api.audit.changes import changes_of
from osticket_api.db import tables as t
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Invalid
from osticket_api.features.tickets.api import delete_ticket, load_ticket, refresh_index

_BATCH: Final = 25
_ticket: Final = t.ticket.c


@dataclass(frozen=True)
class RetentionRule:
    """Tickets go that were closed more than `days` ago. `statuses`: only those of these names; without, all closed."""

    days: int
    statuses: Sequence[str] = ()


def count_due(tx: Read, rule: RetentionRule) -> int:
    """How many tickets the rule would delete now. Raises: Invalid for a status that no closed ticket has."""
    return int(tx.scalar(select(func.count()).select_from(_due(tx, rule).subquery())))


def delete_due(tx: Write, actor: Staff, rule: RetentionRule) -> int:
    """Delete one batch of the tickets that are due, the oldest first. Returns how many. Raises: Invalid, Forbidden."""
    due = _due(tx, rule).order_by(_ticket.closed, _ticket.ticket_id).limit(_BATCH)
    ids = list(tx.scalars(due))
    for ticket_id in ids:
        delete_ticket(tx, actor, load_ticket(tx, ticket_id))
    refresh_index(tx)
    if ids:
        # The audit entry of this transaction must not repeat what is deleted.
        done = {"kind": "privacy_retention", "staff_id": actor.id, "tickets": ids, "days": rule.days}
        changes_of(tx)[:] = [done]
    return len(ids)


def _due(tx: Read, rule: RetentionRule) -> Select[Any]:
    status = t.ticket_status.c
    closed = {row.name: row.id for row in tx.rows(select(status.id, status.name).where(status.state == "closed"))}
    unknown = [name for name in rule.statuses if name not in closed]
    if unknown:
        raise Invalid.because(f"{unknown[0]} is not a closed status: {', '.join(sorted(closed))} are.", field="status")
    wanted = [closed[name] for name in rule.statuses or closed]
    before = tx.now - timedelta(days=rule.days)
    return select(_ticket.ticket_id).where(_ticket.status_id.in_(wanted), _ticket.closed < before)
