"""A task by itself, with the people and entries around it: at most four queries."""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, func, select, true

from osticket_api.access.principal import Principal
from osticket_api.access.scope import visible_entries
from osticket_api.access.task_scope import reachable_task
from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.features.collaborators.api import all_shown
from osticket_api.features.forms import api as forms
from osticket_api.features.tasks.queries import allowed_on, read_custom_fields, select_tasks, task_fields
from osticket_api.features.tasks.reference import missing, named
from osticket_api.features.tasks.responses import TaskDetail
from osticket_api.features.threads.api import Place, read_entries, to_entries
from osticket_api.web.file_urls import FileUrls, plain
from osticket_api.web.results import Download

INCLUDES: Final = ("thread", "allowed", "custom_fields")


def get_detail(
    tx: Read,
    principal: Principal,
    reference: str,
    include: Collection[str] = (),
    *,
    visible: bool = False,
    urls: FileUrls = plain,
) -> TaskDetail:
    """A task the caller may open. `visible`: that is settled already, as for what they have just created.

    Raises: NotFound when there is none, or none for this caller.
    """
    condition = true() if visible else reachable_task(principal)
    row = tx.row(select_tasks(tx, principal, t.task, *_counts(principal)).where(named(reference), condition))
    if row is None:
        raise missing(reference)
    detail = TaskDetail(
        **task_fields(tx, row),
        custom_fields=read_custom_fields(tx, [row], urls).get(row.id, {}),
        entry_count=row.entry_count,
        collaborators=all_shown(tx, row.thread_id) if row.collaborator_count else [],
    )
    if "thread" in include:
        place = place_of(row.id, row.thread_id or 0, urls)
        rows = read_entries(tx, principal, place.thread_id)
        detail.thread = to_entries(tx, principal, rows, place.attachment_url)
    if "allowed" in include:
        detail.allowed = allowed_on(principal, row)
    if "custom_fields" in include:
        detail.named_fields = forms.read_named_answers(tx, "A", [row.id], audience="staff", urls=urls).get(row.id, [])
    return detail


def get_form(tx: Read, principal: Principal, reference: str) -> forms.FormSchema:
    """What the caller may change in the answers of a task they may open. Raises: NotFound."""
    task = _get_row(tx, principal, reference)
    return forms.schema_of(tx, principal, "A", task.id, task.dept_id)


def _counts(principal: Principal) -> list[ColumnElement[int]]:
    thread_id, entry, collaborator = t.thread.c.id, t.thread_entry.c, t.thread_collaborator.c
    entries = select(func.count()).where(entry.thread_id == thread_id, visible_entries(principal))
    collaborators = select(func.count()).where(collaborator.thread_id == thread_id)
    return [
        entries.correlate(t.thread).scalar_subquery().label("entry_count"),
        collaborators.correlate(t.thread).scalar_subquery().label("collaborator_count"),
    ]


def place_of(task_id: int, thread_id: int, urls: FileUrls = plain) -> Place:
    """The conversation of a task, whoever may open it."""
    return Place(thread_id, "task", f"/api/v2/tasks/{task_id}", urls)


def find_place(tx: Read, principal: Principal, reference: str, urls: FileUrls = plain) -> Place:
    """The conversation of a task the caller may open. Raises: NotFound."""
    thread = t.thread.c
    row = tx.row(
        select(t.task.c.id, func.coalesce(thread.id, 0).label("thread_id"))
        .outerjoin_from(t.task, t.thread, and_(thread.object_id == t.task.c.id, thread.object_type == "A"))
        .where(named(reference), reachable_task(principal))
    )
    if row is None:
        raise missing(reference)
    return place_of(row.id, row.thread_id, urls)


def open_answer_file(tx: Read, principal: Principal, reference: str, file_id: int) -> Download:
    """A file in an answer of a task the caller may open. Raises: NotFound, NotAvailable."""
    task = _get_row(tx, principal, reference)
    return forms.open_answer_file(tx, principal, "A", task.id, file_id, audience="staff", where=task.dept_id)


def _get_row(tx: Read, principal: Principal, reference: str) -> Row[Any]:
    """Id and department. Raises: NotFound."""
    task = tx.row(select(t.task.c.id, t.task.c.dept_id).where(named(reference), reachable_task(principal)))
    if task is None:
        raise missing(reference)
    return task
