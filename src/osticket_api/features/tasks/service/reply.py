"""Telling how a task goes.

Source: tickets.md 6.5 and the golden cases of `task.reply`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from osticket_api.access.permissions import Permission
from osticket_api.access.principal import Principal
from osticket_api.db.unit import Write
from osticket_api.features.tasks.allowed import require
from osticket_api.features.tasks.service.status import Status, try_status
from osticket_api.features.tasks.state import TaskState
from osticket_api.features.threads.api import NewEntry, NewFile, add_entry, author_of
from osticket_api.features.tickets.api import Posted, discard_draft
from osticket_api.mail import outbox


@dataclass(frozen=True, kw_only=True)
class Reply:
    body: str
    format: Literal["html", "text"] = "html"
    status: Status | None = None
    files: Sequence[NewFile] = ()
    reply_to: Literal["all", "none"] = "all"
    """Whether collaborators get the reply by mail."""


def reply(tx: Write, actor: Principal, task: TaskState, new: Reply) -> Posted:
    """Add a response to the task, and close or reopen it with that if asked to.

    A status that the task cannot take leaves the response in place, and is told as a warning. osTicket asks for
    `task.reply` only before it shows the form; we ask whoever posts.
    Raises: Forbidden.
    """
    require(actor, Permission.task_reply, task.department_id)
    before = task.staff_id
    entry = NewEntry(
        kind="R", author=author_of(tx, actor), body=new.body, format=new.format, files=new.files, sender=actor
    )
    entry_id = add_entry(tx, task.thread_id, entry)
    warnings = try_status(tx, actor, task, new.status)
    discard_draft(tx, actor, f"task.response.{task.id}")
    outbox.post(
        tx,
        "task.replied",
        actor,
        task_id=task.id,
        entry_id=entry_id,
        assigned_before=before,
        tells_collaborators=new.reply_to == "all",
    )
    return Posted(entry_id, task.thread_id, warnings)
