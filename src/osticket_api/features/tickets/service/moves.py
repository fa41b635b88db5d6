"""Changes of department, assignee and status that an edit asks for besides changed fields.

Source: tickets.md 4.1 to 4.6: each action as if it had been asked for by itself.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from osticket_api.access.field_rules import limits_on, not_settable
from osticket_api.access.principal import Principal, User
from osticket_api.db.unit import Write
from osticket_api.errors import Fault, Forbidden, Invalid
from osticket_api.features.tickets.service.assignment import assign_to
from osticket_api.features.tickets.service.release import release
from osticket_api.features.tickets.service.set_status import StatusChange, set_status
from osticket_api.features.tickets.service.status import get_status, is_reopenable, reopen
from osticket_api.features.tickets.service.transfer import transfer
from osticket_api.features.tickets.state import TicketState

MOVES: Final = frozenset({"department_id", "staff_id", "team_id", "status_id"})


def move_ticket(
    tx: Write, actor: Principal, ticket: TicketState, wanted: Mapping[str, Any], comment: str | None = None
) -> None:
    """Transfer, assign or release, and give a status, in this order; what is so already changes nothing.

    A ticket that is to be open gets its status first, since an assignment would reopen it in another one. The comment
    goes with the first action.
    Raises: as each action: Forbidden naming its permission, Conflict, Invalid naming the field.
    """
    changed = [name for name in wanted if getattr(ticket, name) != wanted[name]]
    limits_on(actor, "ticket", ticket.department_id).require_settable(wanted, changed)
    opens = "status_id" in wanted and ticket.is_closed and _state_wanted(tx, wanted["status_id"]) == "open"
    order = ("status_id", "department_id", "staff_id", "team_id") if opens else tuple(_ACTIONS)
    for name in order:
        if name in wanted and getattr(ticket, name) != wanted[name]:
            _ACTIONS[name](tx, actor, ticket, wanted[name], comment)
            comment = None


def _transfer(tx: Write, actor: Principal, ticket: TicketState, wanted: int, comment: str | None) -> None:
    transfer(tx, actor, ticket, wanted, comment=comment)


def _set_agent(tx: Write, actor: Principal, ticket: TicketState, wanted: int | None, comment: str | None) -> None:
    if wanted is None:
        release(tx, actor, ticket, staff=True, team=False, comment=comment)
    else:
        assign_to(tx, actor, ticket, staff_id=wanted, comment=comment)


def _set_team(tx: Write, actor: Principal, ticket: TicketState, wanted: int | None, comment: str | None) -> None:
    if wanted is None:
        release(tx, actor, ticket, staff=False, team=True, comment=comment)
    else:
        assign_to(tx, actor, ticket, team_id=wanted, comment=comment)


def _set_status(tx: Write, actor: Principal, ticket: TicketState, wanted: int, comment: str | None) -> None:
    if _state_wanted(tx, wanted) == "deleted":
        raise Invalid.because(
            "This status deletes the ticket: send DELETE, or use the status action of the ticket.", field="status_id"
        )
    set_status(tx, actor, ticket, StatusChange(status_id=wanted, comment=comment))


def _state_wanted(tx: Write, status_id: int) -> str:
    """Raises: Invalid where there is no such status."""
    return get_status(tx, status_id).state


_Action = Callable[[Write, Principal, TicketState, Any, str | None], None]

_ACTIONS: Final[Mapping[str, _Action]] = {
    "department_id": _transfer,
    "staff_id": _set_agent,
    "team_id": _set_team,
    "status_id": _set_status,
}


def move_own_ticket(tx: Write, actor: User, ticket: TicketState, wanted: Mapping[str, Any]) -> None:
    """Reopen one's own closed ticket, where its status lets its user do that. Users close none, as in osTicket.

    Raises: Forbidden naming what is not theirs to set.
    """
    foreign = sorted(wanted.keys() - {"status_id"})
    if foreign:
        raise Forbidden(*map(not_settable, foreign))
    if "status_id" in wanted:
        changed = [] if wanted["status_id"] == ticket.status_id else ["status_id"]
        limits_on(actor, "ticket", ticket.department_id).require_settable(["status_id"], changed)
    if "status_id" not in wanted or wanted["status_id"] == ticket.status_id:
        return
    if ticket.user_id != actor.id:
        raise Forbidden.because("Only the owner of a ticket can change it.")
    if _state_wanted(tx, wanted["status_id"]) != "open" or not ticket.is_closed or not is_reopenable(tx, ticket):
        raise Forbidden(Fault("field_not_allowed", "The help desk does not let users set this status.", "status_id"))
    reopen(tx, actor, ticket)
