"""Deleting a task, for good.

Source: tickets.md 6.6 and the golden cases of `task.delete`.
"""

from sqlalchemy import delete

from osticket_api.access.permissions import Permission
from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.events.recording import actor_name, record
from osticket_api.events.system_log import log
from osticket_api.features.forms import api as forms
from osticket_api.features.tasks.allowed import require
from osticket_api.features.tasks.state import TaskState
from osticket_api.features.threads.api import delete_thread
from osticket_api.kit import html


def delete_task(tx: Write, actor: Principal, task: TaskState, comment: str | None = None) -> None:
    """Delete a task with its conversation, answers and search rows. Its events stay, of no thread any more.

    Its ticket is not told. The comment goes where osTicket puts it, into the system log where that keeps everything;
    the copy of its title in `task__cdata` stays, as osTicket leaves it, until the help desk makes that table anew.
    Raises: Forbidden.
    """
    require(actor, Permission.task_delete, task.department_id)
    tx.change(delete(t.task).where(t.task.c.id == task.id))
    delete_thread(tx, task.thread_id)
    record(tx, "deleted", task.subject, actor)
    tx.change(delete(t.draft).where(t.draft.c.namespace.like(f"task.%.{task.id}")))
    forms.delete_entries(tx, "A", task.id)
    tx.note_effect("task", id=task.id, deleted=True)
    reason = f": {html.to_text(comment)}" if comment else ""
    log(tx, "Debug", f"Task #{task.number} deleted", f"{actor_name(actor)} deleted task #{task.number}{reason}")
