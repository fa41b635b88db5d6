"""How much there is of a ticket: counted beside its row, in the same query."""

from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, select

from osticket_api.access.scope import Scope, visible_entries
from osticket_api.db import tables as t


def ticket_counts(scope: Scope) -> list[ColumnElement[Any]]:
    """Columns for a SELECT from tickets and their threads: what a caller of this scope may see."""
    entry, attachment, task = t.thread_entry.c, t.attachment.c, t.task.c
    of_thread = and_(entry.thread_id == t.thread.c.id, visible_entries(scope))
    attached = t.thread_entry.join(t.attachment, and_(attachment.object_id == entry.id, attachment.type == "H"))
    return [
        counted(select(func.count()).select_from(t.thread_entry).where(of_thread)).label("entry_count"),
        counted(select(func.count()).select_from(attached).where(of_thread, attachment.inline == 0)).label(
            "attachment_count"
        ),
        counted(select(func.count()).where(task.object_id == t.ticket.c.ticket_id, task.object_type == "T")).label(
            "task_count"
        ),
    ]


def counted(statement: Select[Any]) -> ScalarSelect[Any]:
    """A count for each row of a SELECT from tickets and their threads."""
    return statement.correlate(t.ticket, t.thread).scalar_subquery()
