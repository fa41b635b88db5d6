"""How a request reaches one task: to read its conversation, or to do something to it and show what came of it."""

from collections.abc import Callable, Sequence
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import and_, func, select

from osticket_api.access.principal import Principal
from osticket_api.access.scope import reachable_task
from osticket_api.db import tables as t
from osticket_api.db.engine import Read, Write
from osticket_api.features.tasks.detail import get_detail, place_of, plain
from osticket_api.features.tasks.reference import missing, named
from osticket_api.features.tasks.shapes import TaskDetail
from osticket_api.features.tasks.state import TaskState, get_task
from osticket_api.features.threads import reading
from osticket_api.features.threads.reading import Place
from osticket_api.features.threads.shapes import Entry
from osticket_api.features.tickets.service.posted import Posted
from osticket_api.features.tickets.state import refresh_index
from osticket_api.web.call import Precondition

P = ParamSpec("P")
R = TypeVar("R")


def in_thread(
    tx: Read,
    principal: Principal,
    reference: str,
    read: Callable[Concatenate[Read, Principal, Place, P], R],
    *args: P.args,
    **kwargs: P.kwargs,
) -> R:
    """Read from the conversation of a task the caller may open. Raises: NotFound."""
    thread = t.thread.c
    row = tx.row(
        select(t.task.c.id, func.coalesce(thread.id, 0).label("thread_id"))
        .outerjoin_from(t.task, t.thread, and_(thread.object_id == t.task.c.id, thread.object_type == "A"))
        .where(named(reference), reachable_task(principal))
    )
    if row is None:
        raise missing(reference)
    return read(tx, principal, place_of(row.id, row.thread_id), *args, **kwargs)


def on_task(
    tx: Write,
    principal: Principal,
    precondition: Precondition,
    reference: str,
    verb: Callable[Concatenate[Write, Principal, TaskState, P], object],
    *args: P.args,
    **kwargs: P.kwargs,
) -> TaskDetail:
    """Do something to a task the caller may open. Returns the task as it is then.

    Raises: NotFound, Stale, and whatever the verb raises.
    """
    task = find_to_change(tx, principal, precondition, reference)
    verb(tx, principal, task, *args, **kwargs)
    refresh_index(tx)
    return get_detail(tx, principal, str(task.id), visible=True)


def to_thread(
    tx: Write,
    principal: Principal,
    precondition: Precondition,
    reference: str,
    verb: Callable[Concatenate[Write, Principal, TaskState, P], Posted],
    *args: P.args,
    **kwargs: P.kwargs,
) -> tuple[Entry, Sequence[str]]:
    """Add something to a task's conversation. Returns the new entry, and what could not be done besides."""
    task = find_to_change(tx, principal, precondition, reference)
    posted = verb(tx, principal, task, *args, **kwargs)
    refresh_index(tx)
    entry = reading.get_entry(tx, principal, place_of(task.id, posted.thread_id), posted.entry_id)
    return entry, posted.warnings


def find_to_change(tx: Write, principal: Principal, precondition: Precondition, reference: str) -> TaskState:
    """A task the caller may open, locked, and as they have read it. Raises: NotFound, Stale."""
    task = get_task(tx, principal, reference)
    if precondition.is_set:
        precondition.check(plain(get_detail(tx, principal, str(task.id), visible=True)))
    return task
