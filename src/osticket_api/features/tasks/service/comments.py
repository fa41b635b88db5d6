"""Notes on a task as other actions leave them.

Source: tickets.md 6.3 to 6.6 and the golden cases of `task.transfer`, `task.field` and `task.edit`.
"""

from collections.abc import Sequence
from typing import Literal

from osticket_api.access.principal import Principal
from osticket_api.db.unit import Write
from osticket_api.features.tasks.state import TaskState
from osticket_api.features.threads.api import NewEntry, NewFile, add_entry, author_of


def add_note(
    tx: Write,
    actor: Principal,
    task: TaskState,
    body: str,
    *,
    title: str | None = None,
    format: Literal["html", "text"] = "html",
    files: Sequence[NewFile] = (),
) -> int:
    """Add a note of this agent to the task's thread. osTicket keeps no address with it; nor do we."""
    entry = NewEntry(
        kind="N",
        author=author_of(tx, actor),
        body=body,
        format=format,
        title=title,
        ip="",
        files=files,
        sender=actor,
    )
    return add_entry(tx, task.thread_id, entry)


def add_comment(tx: Write, actor: Principal, task: TaskState, title: str, comment: str | None) -> int | None:
    """The comment that somebody gave with an action, if any, as a note with a generated title. Returns its id."""
    return add_note(tx, actor, task, comment, title=title) if comment else None
