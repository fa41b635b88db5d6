"""Changes of users to their own tickets: answers to forms, as far as a form lets them.

Source: tickets.md 4.9.4 and golden case 052.
"""

from collections.abc import Mapping
from typing import Any

from osticket_api.access.field_rules import limits_on, not_settable
from osticket_api.access.principal import Principal, User
from osticket_api.db.unit import Write
from osticket_api.errors import Faults, Forbidden
from osticket_api.events.recording import record
from osticket_api.features.forms import api as forms
from osticket_api.features.tickets.service.edit import PROPERTIES, save_answers
from osticket_api.features.tickets.state import TicketState


def edit_own_ticket(
    tx: Write, actor: Principal, ticket: TicketState, changes: Mapping[str, Any], comment: str | None = None
) -> None:
    """Change answers by the name of their field. Neither the ticket's row nor its search row changes, as in osTicket.

    Raises: Forbidden to all but the owner, and naming what is not theirs to change; Invalid naming every field at
    fault.
    """
    assert isinstance(actor, User)
    if ticket.user_id != actor.id:
        raise Forbidden.because("Only the owner of a ticket can change it.")
    _check_own(changes, comment)
    faults = Faults()
    entries = forms.load_entries(tx, "T", ticket.id)
    limits = limits_on(actor, "ticket", ticket.department_id)
    answers = forms.validate_changes(tx, entries, changes, actor="user", faults=faults, caller=actor, limits=limits)
    faults.raise_if_any()
    fields = save_answers(tx, entries, answers)
    if fields:
        record(tx, "edited", ticket.subject, actor, data={"fields": fields}, user_id=actor.id)


def _check_own(changes: Mapping[str, Any], comment: str | None) -> None:
    foreign = sorted(PROPERTIES & changes.keys()) + (["comment"] if comment is not None else [])
    if foreign:
        raise Forbidden(*map(not_settable, foreign))
