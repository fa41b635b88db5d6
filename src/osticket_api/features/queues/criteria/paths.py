"""The columns that paths of criteria lead to. Source: tickets.md 8.3.2."""

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.sql.expression import literal

from osticket_api.db import tables as t
from osticket_api.db.flags import EntryFlag, TicketFlag
from osticket_api.features.queues.criteria import answers, kinds
from osticket_api.features.queues.criteria.context import CriteriaContext
from osticket_api.features.queues.criteria.kinds import Condition, Kind
from osticket_api.features.queues.criteria.moments import moment
from osticket_api.features.queues.criteria.reading import keys_of
from osticket_api.features.tickets.api import all_statuses

_TEXTS: Final = ("number", "ip_address")
_SWITCHES: Final = ("isoverdue", "isanswered")
_MOMENTS: Final = ("created", "updated", "lastupdate", "closed", "reopened", "duedate", "est_duedate")
_SELECTIONS: Final = ("dept_id", "sla_id", "topic_id", "user_id")


def kind_of(context: CriteriaContext, path: str) -> Kind | None:
    """How to ask for what a path leads to. None for a path this server does not know."""
    found = _of_ticket(context, path) or _of_conversation(context, path) or _of_user(path)
    return found or answers.kind_of(context, path)


def _of_ticket(context: CriteriaContext, path: str) -> Kind | None:
    ticket, staff = t.ticket.c, context.staff
    if path in _TEXTS:
        return kinds.text(ticket[path])
    if path in _SWITCHES:
        return kinds.switch(ticket[path])
    if path in _MOMENTS:
        return moment(context, ticket[path])
    if path in _SELECTIONS:
        return kinds.selection(ticket[path])
    others: dict[str, Callable[[], Kind]] = {
        "source": lambda: kinds.words(ticket.source),
        "staff_id": lambda: kinds.selection(ticket.staff_id, kinds.my_selves(staff)),
        "team_id": lambda: kinds.selection(ticket.team_id, kinds.my_teams(staff)),
        "assignee": lambda: kinds.assignee(staff),
        "isassigned": lambda: kinds.assignee(staff),
        "status__id": lambda: kinds.selection(ticket.status_id),
        "status_id": lambda: kinds.selection(ticket.status_id),
        "status__state": lambda: _state(context),
        "dept__manager_id": lambda: _manager(context),
        "dept__manager": lambda: _manager(context),
        "dept_id__manager_id": lambda: _manager(context),
        "merged": lambda: kinds.bits(ticket.flags, TicketFlag.MERGED),
        "linked": lambda: kinds.bits(ticket.flags, TicketFlag.LINKED),
    }
    return others[path]() if path in others else None


def _manager(context: CriteriaContext) -> Kind:
    """The manager of the ticket's department. The panel saves an agent as `s5`, and lists the wrong tickets for it."""
    department = t.department.c
    manager = select(department.manager_id).where(department.id == t.ticket.c.dept_id).scalar_subquery()
    selection = kinds.selection(manager, kinds.my_selves(context.staff))
    return lambda method, value: selection(method, [key.removeprefix("s") for key in keys_of(value)])


def _state(context: CriteriaContext) -> Kind:
    """States as the ids of their statuses, which an index can serve."""
    statuses = all_statuses(context.tx)

    def kind(method: str, value: Any) -> Condition | None:
        states = keys_of(value)
        ids = [status.id for status in statuses if status.state in states]
        return kinds.selection(t.ticket.c.status_id)(method, ids) if method in ("includes", "!includes") else None

    return kind


def _of_conversation(context: CriteriaContext, path: str) -> Kind | None:
    thread = t.thread.c
    if path in ("thread__lastmessage", "thread__lastresponse"):
        column = thread[path.removeprefix("thread__")]
        return moment(context, select(column).where(*_its_thread()).limit(1).scalar_subquery())
    entry, attachment, event = t.thread_entry.c, t.attachment.c, t.thread_event.c
    shown = entry.flags.bitwise_and(EntryFlag.HIDDEN) == 0
    entries = t.thread.join(t.thread_entry, entry.thread_id == thread.id)
    attached = and_(attachment.type == "H", attachment.object_id == entry.id, ~attachment.inline)
    counted: dict[str, tuple[Any, list[Condition]]] = {
        "thread_count": (entries, [shown]),
        "attachment_count": (entries.join(t.attachment, attached), []),
        "collaborator_count": (
            t.thread.join(t.thread_collaborator, t.thread_collaborator.c.thread_id == thread.id),
            [],
        ),
        "reopen_count": (
            t.thread.join(t.thread_event, event.thread_id == thread.id).join(t.event, t.event.c.id == event.event_id),
            [t.event.c.name == "reopened", ~event.annulled],
        ),
    }
    if path == "task_count":
        task = t.task.c
        mine = (task.object_type == "T", task.object_id == t.ticket.c.ticket_id)
        return kinds.count(select(func.count()).select_from(t.task).where(*mine).scalar_subquery())
    if path not in counted:
        return None
    source, conditions = counted[path]
    return kinds.count(select(func.count()).select_from(source).where(*_its_thread(), *conditions).scalar_subquery())


def _its_thread() -> tuple[Condition, Condition]:
    return t.thread.c.object_type == "T", t.thread.c.object_id == t.ticket.c.ticket_id


def _of_user(path: str) -> Kind | None:
    """Columns of the ticket's user and their organization."""
    columns: dict[str, tuple[Any, ColumnElement[Any]]] = {
        "user__name": (t.user, t.user.c.name),
        "user__emails__address": (
            t.user.join(t.user_email, t.user_email.c.user_id == t.user.c.id),
            t.user_email.c.address,
        ),
        "user__default_email__address": (
            t.user.join(t.user_email, t.user_email.c.id == t.user.c.default_email_id),
            t.user_email.c.address,
        ),
        "user__org__name": (
            t.user.join(t.organization, t.organization.c.id == t.user.c.org_id),
            t.organization.c.name,
        ),
    }
    if path not in columns:
        return None
    source, column = columns[path]
    text_condition = kinds.text(column)

    def kind(method: str, value: Any) -> Condition | None:
        condition = text_condition("set" if method == "nset" else method, value)
        if condition is None:
            return None
        its = select(literal(1)).select_from(source).where(t.user.c.id == t.ticket.c.user_id, condition)
        return ~exists(its) if method == "nset" else exists(its)

    return kind
