"""Lists of tasks, with their filters."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, ClassVar, Final, Literal

from pydantic import Field
from sqlalchemy import ColumnElement, Row, and_, or_, select

from osticket_api.access.principal import Principal, Staff
from osticket_api.access.scope import reachable_ticket
from osticket_api.access.task_scope import is_open_task, listed_tasks
from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.errors import Faults
from osticket_api.features.forms.api import custom_field_labels
from osticket_api.features.tasks.queries import (
    allowed_on,
    is_overdue,
    of_ticket,
    read_custom_fields,
    select_tasks,
    task_fields,
    titled,
)
from osticket_api.features.tasks.responses import TaskSummary
from osticket_api.features.tickets.api import reference as tickets
from osticket_api.query.filtering import NONE, FilterReader, Ids, Moment, Words
from osticket_api.query.listing import Listing, ListQuery
from osticket_api.query.ordering import sort_keys
from osticket_api.web.fields import included
from osticket_api.web.paging import Page

INCLUDED: Final = ("allowed",)


class TaskQuery(ListQuery):
    """Parameters of task lists. Several filters narrow together; a comma means "or"."""

    RESOURCE: ClassVar = "task"
    NO_FILTERS: ClassVar = frozenset({"include"})
    TELLS: ClassVar = {"overdue": ("is_overdue",)}

    status: Literal["open", "closed"] | None = None
    department_id: Ids | None = None
    staff_id: Ids | None = Field(None, description="Ids, `me`, or `none`.")
    team_id: Ids | None = Field(None, description="Ids, or none.")
    ticket_id: Ids | None = Field(None, description="Ids, or none for tasks of no ticket.")
    number: str | None = Field(None, max_length=500)
    overdue: bool | None = Field(None, description="Whether the task is open and past its due time.")
    created_after: Moment | None = Field(None, description="RFC 3339, or a date for the whole day.")
    created_before: Moment | None = None
    updated_after: Moment | None = None
    updated_before: Moment | None = None
    closed_after: Moment | None = None
    closed_before: Moment | None = None
    due_after: Moment | None = None
    due_before: Moment | None = None
    q: str | None = Field(
        None, max_length=500, description="The beginning of the number, or words that all occur in the title."
    )
    include: str | None = Field(None, max_length=200, description="More of each task: `allowed`.")


def list_tasks(tx: Read, principal: Principal, query: TaskQuery, *narrowing: ColumnElement[bool]) -> Page[TaskSummary]:
    """The page of tasks that the query asks for, among those osTicket lists for the caller.

    Raises: Invalid naming every parameter at fault.
    """
    return _list(tx, principal, query, [listed_tasks(principal)], narrowing)


def list_tasks_of_ticket(tx: Read, principal: Principal, reference: str, query: TaskQuery) -> Page[TaskSummary]:
    """All tasks of a ticket the caller may see, even those they may not open, as on the ticket's own page.

    Raises: NotFound, and Invalid naming every parameter at fault.
    """
    ticket_id = tx.scalar(
        select(t.ticket.c.ticket_id).where(tickets.named(reference), reachable_ticket(principal)).limit(1)
    )
    if ticket_id is None:
        raise tickets.missing(reference)
    return _list(tx, principal, query, [], [and_(of_ticket(), t.task.c.object_id == ticket_id)])


def _list(
    tx: Read,
    principal: Principal,
    query: TaskQuery,
    scope: Sequence[ColumnElement[bool]],
    narrowing: Sequence[ColumnElement[bool]] = (),
) -> Page[TaskSummary]:
    faults = Faults()
    filters = list(_Reader(tx, principal, query, faults).all())
    faults.raise_if_any()
    wanted = included(query.include, INCLUDED)
    keys = sort_keys(query.sort, _sort_columns())
    listing = Listing(principal, query, t.task.c.id, keys, [*scope, *filters], narrowing)
    page = listing.ids()
    source = page.join(t.task, t.task.c.id == page.c.page_id)
    statement = select_tasks(tx, principal, source, *listing.places(page))
    found = listing.page(
        tx, tx.rows(statement.order_by(*listing.order(page))), lambda shown: _tasks(tx, principal, shown, wanted)
    )
    return found.labelled(custom_field_labels("A", "staff"))


def _tasks(tx: Read, principal: Principal, rows: Sequence[Row[Any]], include: Collection[str]) -> list[TaskSummary]:
    answers = read_custom_fields(tx, rows)
    tasks = [TaskSummary(**task_fields(tx, row), custom_fields=answers.get(row.id, {})) for row in rows]
    if "allowed" in include:
        for task, row in zip(tasks, rows, strict=True):
            task.allowed = allowed_on(principal, row)
    return tasks


def _sort_columns() -> dict[str, ColumnElement[Any]]:
    task = t.task.c
    return {
        "id": task.id,
        "number": task.number,
        "created_at": task.created,
        "updated_at": task.updated,
        "closed_at": task.closed,
        "due_at": task.duedate,
    }


class _Reader(FilterReader):
    def __init__(self, tx: Read, principal: Principal, query: TaskQuery, faults: Faults) -> None:
        super().__init__(tx, principal, query, faults)
        self.query = query

    def all(self) -> Iterable[ColumnElement[bool]]:
        task = t.task.c
        ids: dict[str, tuple[ColumnElement[Any], Words]] = {
            "department_id": (task.dept_id, {}),
            "staff_id": (task.staff_id, {NONE: None, **self.me(Staff)}),
            "team_id": (task.team_id, {NONE: None}),
            "ticket_id": (task.object_id, {NONE: None}),
        }
        moments = {"created": task.created, "updated": task.updated, "closed": task.closed, "due": task.duedate}
        yield from self.references(ids)
        yield from self.moments(moments)
        yield from self._others()

    def _others(self) -> Iterable[ColumnElement[bool]]:
        if self.query.status is not None:
            yield is_open_task() if self.query.status == "open" else ~is_open_task()
        if self.query.overdue is not None:
            yield is_overdue(self.tx) if self.query.overdue else ~is_overdue(self.tx)
        if self.query.number is not None:
            yield t.task.c.number.in_([part.strip() for part in self.query.number.split(",")])
        if self.query.q is not None and (words := self.query.q.split()):
            yield or_(titled(self.tx, words), t.task.c.number.startswith(self.query.q.strip(), autoescape=True))
