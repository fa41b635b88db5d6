"""Internal notes on a task.

Source: tickets.md 6.5 and the golden cases of `task.note`.
"""

from dataclasses import dataclass
from typing import Any

from osticket_api.access.principal import Principal
from osticket_api.db.unit import Write
from osticket_api.features.tasks.service.comments import add_note
from osticket_api.features.tasks.service.reply import Reply
from osticket_api.features.tasks.service.status import try_status
from osticket_api.features.tasks.state import TaskState
from osticket_api.features.threads.api import mentioned_agents
from osticket_api.features.tickets.api import Posted, discard_draft
from osticket_api.mail import outbox


@dataclass(frozen=True, kw_only=True)
class Note(Reply):
    title: str | None = None


def note(tx: Write, actor: Principal, task: TaskState, new: Note) -> Posted:
    """Add an internal note, which any agent who may open the task may, and close or reopen it with that if asked to.

    A status that the task cannot take leaves the note in place, and is told as a warning.
    """
    before = task.staff_id
    entry_id = add_note(tx, actor, task, new.body, title=new.title, format=new.format, files=new.files)
    warnings = try_status(tx, actor, task, new.status)
    discard_draft(tx, actor, f"task.note.{task.id}")
    mentioned = mentioned_agents(tx, actor, new.body, new.format)
    facts: dict[str, Any] = {"mentioned": mentioned} if mentioned else {}
    outbox.post(tx, "task.note", actor, task_id=task.id, entry_id=entry_id, assigned_before=before, **facts)
    return Posted(entry_id, task.thread_id, warnings)
