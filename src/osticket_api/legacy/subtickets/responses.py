"""Tickets as the four endpoints show them, and as their callers name them. Source: legacy-endpoints.md 9."""

from dataclasses import dataclass
from typing import Any

from osticket_api.access.field_rules import limits_on
from osticket_api.access.policy import reaches
from osticket_api.access.principal import ApiKey
from osticket_api.db.unit import Read
from osticket_api.features.subtickets.api import TicketBrief, find_ticket
from osticket_api.legacy.answers import LegacyError
from osticket_api.legacy.plugin.naming import lookups


@dataclass(frozen=True)
class Name:
    """How a request refers to a ticket: by ids in the bodies of the first design, by numbers everywhere else."""

    text: str
    id_first: bool = False


def get_ticket(tx: Read, key: ApiKey, name: Name, role: str) -> TicketBrief:
    """Raises: LegacyError with 404 for `Parent` or `Child`."""
    for lookup in lookups(tx, name.text, id_first=name.id_first):
        ticket = find_ticket(tx, key, lookup)
        if ticket is not None:
            return ticket
    raise LegacyError(404, f"{role} ticket not found")


def require_department(key: ApiKey, ticket: TicketBrief, which: str = "") -> None:
    """Raises: LegacyError with 403 when the key is limited to other departments."""
    if not reaches(key, ticket.department_id):
        raise LegacyError(403, f"Access denied to {which}ticket department")


def brief(key: ApiKey, ticket: TicketBrief) -> dict[str, Any]:
    """A ticket as the key may see it."""
    return _to_response(key, ticket, ticket.subject or "", ticket.status or "Unknown")


def parent_brief(key: ApiKey, ticket: TicketBrief) -> dict[str, Any]:
    """The parent of a child. Missing values are null here, and in no other answer."""
    return _to_response(key, ticket, ticket.subject, ticket.status)


def _to_response(key: ApiKey, ticket: TicketBrief, subject: str | None, status: str | None) -> dict[str, Any]:
    told = {"ticket_id": ticket.id, "number": ticket.number, "subject": subject}
    return told if limits_on(key, "ticket").hides("status") else {**told, "status": status}
