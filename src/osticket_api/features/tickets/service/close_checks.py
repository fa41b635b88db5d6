"""Reasons that keep a ticket from being closed. Source: tickets.md 4.1.2."""

from collections.abc import Collection, Iterator

from sqlalchemy import func, select

from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.flags import FieldFlag, TaskFlag
from osticket_api.db.unit import Read
from osticket_api.errors import Conflict, Fault
from osticket_api.features.forms import api as forms
from osticket_api.features.tickets.state import TicketState
from osticket_api.kit import php_json


def check_closeable(tx: Read, ticket: TicketState) -> None:
    """Check that a ticket can be closed. A ticket that is closed already can get another closed status.

    Raises: Conflict naming everything there is to do first.
    """
    faults = [] if ticket.is_closed else list(_hindrances(tx, ticket))
    if faults:
        raise Conflict(*faults)


def _hindrances(tx: Read, ticket: TicketState) -> Iterator[Fault]:
    for label in _unanswered(tx, ticket):
        yield Fault("field_required_to_close", f"{label} must be filled in first.")
    task = t.task.c
    open_tasks = tx.scalar(
        select(func.count()).where(task.object_id == ticket.id, task.flags.bitwise_and(TaskFlag.OPEN) != 0)
    )
    if open_tasks:
        what = "1 open task" if open_tasks == 1 else f"{open_tasks} open tasks"
        yield Fault("open_tasks", f"{what} must be closed first.", detail={"count": open_tasks})
    if ticket.topic_id is None and load_config(tx).flag("require_topic_to_close"):
        yield Fault("topic_required_to_close", "The ticket needs a help topic first.")


def _unanswered(tx: Read, ticket: TicketState) -> list[str]:
    """Labels of the fields that closing requires and that hold nothing. An empty text counts as an answer."""
    entry, field, value = t.form_entry.c, t.form_field.c, t.form_entry_values.c
    rows = tx.rows(
        select(field.id, field.label, entry.extra)
        .join_from(t.form_entry, t.form_entry_values, value.entry_id == entry.id)
        .join(t.form_field, field.id == value.field_id)
        .where(
            entry.object_type == "T",
            entry.object_id == ticket.id,
            field.flags.bitwise_and(int(FieldFlag.CLOSE_REQUIRED)) != 0,
            value.value.is_(None),
        )
        .order_by(entry.sort, entry.id, field.sort, field.id)
    )
    of_topic = _disabled_by_topic(tx, ticket.topic_id) if rows and ticket.topic_id is not None else None
    return [row.label for row in rows if row.id not in (_disabled(row.extra) if of_topic is None else of_topic)]


def _disabled_by_topic(tx: Read, topic_id: int) -> set[int]:
    """Fields that the topic does not ask. Without a topic each entry says so itself."""
    return {field_id for form in forms.topic_forms(tx, topic_id) for field_id in form.disabled}


def _disabled(extra: str | None) -> Collection[int]:
    data = php_json.decode(extra)
    return data.get("disable", []) if isinstance(data, dict) else []
