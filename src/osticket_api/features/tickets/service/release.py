"""Taking a ticket away from its agent or team.

Source: tickets.md 4.4 and golden README lesson 18.
"""

from typing import Any

from osticket_api.access.permissions import Permission
from osticket_api.access.policy import manages, may, require_settable
from osticket_api.access.principal import Principal, Staff
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict, Forbidden
from osticket_api.events.recording import record
from osticket_api.features.tickets.service.comments import add_comment
from osticket_api.features.tickets.service.names import staff_name
from osticket_api.features.tickets.state import TicketState, save


def release(
    tx: Write, actor: Principal, ticket: TicketState, *, staff: bool, team: bool, comment: str | None = None
) -> None:
    """Take the ticket from its agent, from its team, or from both.

    Nobody need have it: the event then names nobody. Managers of their own primary department may do this to any
    ticket they see, whatever their role.
    Raises: Forbidden, Conflict when both are to be taken from a closed ticket.
    """
    _check_permission(actor, ticket)
    require_settable(actor, "ticket", ticket, *_fields(ticket, staff=staff, team=team))
    if staff and team and not ticket.is_open:
        raise Conflict.because("A closed ticket cannot lose both its agent and its team.", code="not_open")
    data = _released(tx, ticket, staff=staff, team=team)
    save(tx, ticket, **{f"{kind}_id": None for kind in data})
    record(tx, "released", ticket.subject, actor, data=data or None)
    if comment:
        add_comment(tx, actor, ticket, "Assignment Released", comment)


def _check_permission(actor: Principal, ticket: TicketState) -> None:
    is_manager = isinstance(actor, Staff) and manages(actor, actor.department_id)
    if not is_manager and not may(actor, Permission.ticket_release, ticket):
        raise Forbidden.lacking(Permission.ticket_release, " in the ticket's department")


def _fields(ticket: TicketState, *, staff: bool, team: bool) -> list[str]:
    """The fields to release: agent, team, or both as far as the ticket has them."""
    asked = [name for name, wanted in (("staff_id", staff), ("team_id", team)) if wanted]
    return [name for name in asked if getattr(ticket, name) is not None] or asked


def _released(tx: Read, ticket: TicketState, *, staff: bool, team: bool) -> dict[str, Any]:
    """The former assignee in the data of the event."""
    data: dict[str, Any] = {}
    if staff and ticket.staff_id is not None:
        data["staff"] = [ticket.staff_id, staff_name(tx, ticket.staff_id)]
    if team and ticket.team_id is not None:
        data["team"] = ticket.team_id
    return data
