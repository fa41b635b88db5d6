"""Changing what a ticket says about itself.

osTicket has two ways, which leave different traces: a single field (which counts as activity), and the whole form.
One field in a request is the first, several are the second.
Source: tickets.md 4.9 and the golden cases of `ticket.field` and `ticket.edit`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, exists, select

from osticket_api.access.field_rules import limits_on
from osticket_api.access.permissions import Permission
from osticket_api.access.policy import require
from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.flags import SlaFlag
from osticket_api.db.types import to_local
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Faults
from osticket_api.events.recording import record
from osticket_api.features.forms import api as forms
from osticket_api.features.slas.api import due_at
from osticket_api.features.tickets.service.comments import add_comment
from osticket_api.features.tickets.state import TicketState, save


@dataclass(frozen=True)
class _Column:
    """A property of the ticket's own row: the name events give it, and its label in comments."""

    event_name: str
    label: str
    table_key: "Column[int] | None" = None


@dataclass(frozen=True)
class _Edit:
    """The changes to make: columns of the ticket's own row, answers in its form entries; and why."""

    columns: Mapping[str, Any]
    entries: list[forms.Entry]
    answers: forms.Answers
    comment: str | None


_COLUMNS: Final = {
    "topic_id": _Column("topic_id", "Help Topic", t.help_topic.c.topic_id),
    "sla_id": _Column("sla_id", "SLA Plan", t.sla.c.id),
    "source": _Column("source", "Ticket Source"),
    "due_at": _Column("duedate", "Due Date"),
}
PROPERTIES: Final = frozenset(_COLUMNS)
"""Properties in the ticket's own row; all others are answers to forms."""


def edit_ticket(
    tx: Write, actor: Principal, ticket: TicketState, changes: Mapping[str, Any], comment: str | None = None
) -> None:
    """Change fields of a ticket: `topic_id sla_id source due_at`, and answers by the name of their field.

    A value that is the ticket's already changes nothing. Raises: Forbidden without `ticket.edit`, Invalid naming every
    field at fault.
    """
    require(actor, Permission.ticket_edit, ticket)
    columns = {name: value for name, value in changes.items() if name in _COLUMNS}
    given = {name: value for name, value in changes.items() if name not in _COLUMNS}
    limits = limits_on(actor, "ticket", ticket.department_id)
    limits.require_settable(columns, [name for name, value in columns.items() if getattr(ticket, name) != value])
    faults = Faults()
    _check_columns(tx, ticket, columns, faults)
    entries = forms.load_entries(tx, "T", ticket.id) if given else []
    answers = forms.validate_changes(tx, entries, given, actor="staff", faults=faults, caller=actor, limits=limits)
    faults.raise_if_any()
    write = _edit_field if len(changes) == 1 else _edit_form
    write(tx, actor, ticket, _Edit(columns, entries, answers, comment))


def _check_columns(tx: Read, ticket: TicketState, columns: Mapping[str, Any], faults: Faults) -> None:
    for name, value in columns.items():
        key = _COLUMNS[name].table_key
        if key is not None and value is not None and not tx.scalar(select(exists().where(key == value))):
            faults.add(name, f"There is no {name.removesuffix('_id')} {value}.")
    if "topic_id" in columns and columns["topic_id"] is None:
        faults.add("topic_id", "A ticket cannot lose its help topic.")
    if "source" in columns and columns["source"] is None:
        faults.add("source", "A ticket cannot lose its source.")
    due = columns.get("due_at")
    if due is not None and due <= tx.now:
        faults.add("due_at", "The due date must lie in the future.")
    if due is not None and ticket.is_closed:
        faults.add("due_at", "A closed ticket cannot have a due date.")


def _edit_field(tx: Write, actor: Principal, ticket: TicketState, edit: _Edit) -> None:
    columns = edit.columns
    data, label = _column_change(tx, ticket, columns) if columns else answer_change(tx, edit.entries, edit.answers)
    if not data:
        if edit.comment:
            add_comment(tx, actor, ticket, f"{label or 'Ticket'} updated", edit.comment)
        return
    extra = _recomputed_due(tx, actor, ticket, columns) if columns.keys() & {"sla_id", "due_at"} else {}
    save(tx, ticket, **columns, last_activity_at=tx.now, **extra)
    record(tx, "edited", ticket.subject, actor, data=data)
    if edit.comment:
        add_comment(tx, actor, ticket, f"{label} updated", edit.comment)
    tx.cache.setdefault("stale", set()).add(ticket.id)


def _column_change(tx: Read, ticket: TicketState, columns: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """The event data `{"<column>": [old, new]}` and the label of one changed property."""
    name, value = next(iter(columns.items()))
    old = getattr(ticket, name)
    data = {} if old == value else {_COLUMNS[name].event_name: [_event_data(tx, old), _event_data(tx, value)]}
    return data, _COLUMNS[name].label


def answer_change(tx: Write, entries: list[forms.Entry], answers: forms.Answers) -> tuple[dict[str, Any], str]:
    """The event data of one changed answer: osTicket tells the change twice. Source: golden README lesson 21."""
    fields = save_answers(tx, entries, answers)
    for field_id, (old, new) in fields.items():
        label = next(field.label for entry in entries for field in entry.form.fields if field.id == int(field_id))
        return {"0": old, "1": new, "fields": fields}, label
    return {}, ""


def save_answers(tx: Write, entries: Iterable[forms.Entry], answers: forms.Answers) -> dict[str, list[Any]]:
    """Write the answers that differ. Returns what event data says of them: field id to old and new."""
    changed: dict[str, list[Any]] = {}
    for entry in entries:
        own = {field.id for field in entry.form.fields} & answers.keys()
        changed |= forms.save_answers(tx, entry, {field_id: answers[field_id] for field_id in own})
    return changed


def _event_data(tx: Read, value: Any) -> Any:
    """A value as event data holds it: moments as the database's local time."""
    if isinstance(value, datetime):
        return to_local(value, tx.zone).strftime("%Y-%m-%d %H:%M:%S")
    return value


def _edit_form(tx: Write, actor: Principal, ticket: TicketState, edit: _Edit) -> None:
    columns = edit.columns
    data: dict[str, Any] = {
        column.event_name: _form_change(tx, name, getattr(ticket, name), columns[name])
        for name, column in _COLUMNS.items()
        if name in columns and columns[name] != getattr(ticket, name)
    }
    fields = save_answers(tx, edit.entries, edit.answers)
    if edit.comment:
        add_comment(tx, actor, ticket, "Ticket Updated", edit.comment, alert=True)
    if fields:
        data["fields"] = fields
    if data:
        cleared = {"is_overdue": False} if columns.get("due_at") is not None else {}
        save(tx, ticket, **columns, **cleared)
        record(tx, "edited", ticket.subject, actor, data=data)
        _reselect_transient_sla(tx, ticket, columns)
        save(tx, ticket, **_recomputed_due(tx, actor, ticket, {}))
        tx.cache.setdefault("stale", set()).add(ticket.id)


def _form_change(tx: Read, name: str, old: Any, new: Any) -> list[Any]:
    """Ids that come from a form are texts in osTicket's event data."""
    told = _event_data(tx, new)
    return [_event_data(tx, old), str(told) if name.endswith("_id") and told is not None else told]


def _reselect_transient_sla(tx: Write, ticket: TicketState, columns: Mapping[str, Any]) -> None:
    """A transient SLA gives way to the department's when it was not chosen by hand. Source: tickets.md 4.9.2."""
    if "sla_id" in columns or ticket.sla_id is None:
        return
    flags = tx.scalar(select(t.sla.c.flags).where(t.sla.c.id == ticket.sla_id)) or 0
    department_sla = tx.scalar(select(t.department.c.sla_id).where(t.department.c.id == ticket.department_id))
    if flags & SlaFlag.TRANSIENT and department_sla is not None:
        save(tx, ticket, sla_id=department_sla)


def _recomputed_due(tx: Read, actor: Principal, ticket: TicketState, columns: Mapping[str, Any]) -> dict[str, Any]:
    """The SLA's due date anew, and an end to being overdue when that is no longer true."""
    sla_id = columns.get("sla_id", ticket.sla_id)
    due = due_at(
        tx,
        sla_id=sla_id,
        department_id=ticket.department_id or 0,
        start=ticket.reopened_at or ticket.created_at,
        actor=actor,
    )
    effective = columns.get("due_at", ticket.due_at) or due
    still_overdue = ticket.is_overdue and effective is not None and effective <= tx.now
    return {"sla_due_at": due, "is_overdue": still_overdue}
