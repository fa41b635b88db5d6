"""Look-ups for the plugin's endpoints: tickets with all they show, and other rows by id or by name."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Row, and_, func, or_, select

from osticket_api.access.principal import ApiKey
from osticket_api.db import tables as t
from osticket_api.db.flags import EntryFlag
from osticket_api.db.unit import Read
from osticket_api.features.tickets.api import one_per_ticket, select_tickets, subject_and_priority, with_cdata
from osticket_api.kit.utf8mb3 import folded


def within(key: ApiKey) -> list[ColumnElement[bool]]:
    """The tickets of the departments a key is limited to."""
    return [] if key.department_ids is None else [t.ticket.c.dept_id.in_(sorted(key.department_ids))]


def find_ticket_id(tx: Read, ways: Iterable[ColumnElement[bool]]) -> Row[Any] | None:
    """The first ticket that one of these ways finds: `ticket_id`, `number`, `dept_id`."""
    ticket = t.ticket.c
    for way in ways:
        statement = select(ticket.ticket_id, ticket.number, ticket.dept_id).where(way).order_by(ticket.ticket_id)
        row = tx.row(statement.limit(1))
        if row is not None:
            return row
    return None


def read_tickets(tx: Read, ids: Sequence[int]) -> list[Row[Any]]:
    """Everything a ticket shows, in the order of the ids."""
    rows = one_per_ticket(tx.rows(select_tickets(tx).where(t.ticket.c.ticket_id.in_(ids)))) if ids else []
    by_id = {row.ticket_id: row for row in rows}
    return [by_id[ticket_id] for ticket_id in ids if ticket_id in by_id]


def child_ids(tx: Read, ticket_id: int) -> list[int]:
    ticket = t.ticket.c
    return list(tx.scalars(select(ticket.ticket_id).where(ticket.ticket_pid == ticket_id).order_by(ticket.ticket_id)))


def read_entries(tx: Read, thread_id: int | None) -> Sequence[Row[Any]]:
    """A row for each entry of a thread, or for each of its files, in the order they were written."""
    entry, attachment, file = t.thread_entry.c, t.attachment.c, t.file.c
    statement = (
        select(
            entry.id, entry.type, entry.poster, entry.created, entry.body, entry.format, entry.flags,
            entry.staff_id, entry.user_id, t.staff.c.firstname, t.staff.c.lastname,
            attachment.id.label("attachment_id"), attachment.file_id,
            func.coalesce(attachment.name, file.name).label("name"), file.size, file.type.label("content_type"),
            attachment.inline,
        )
        .select_from(
            t.thread_entry.outerjoin(t.staff, t.staff.c.staff_id == entry.staff_id)
            .outerjoin(t.attachment, and_(attachment.object_id == entry.id, attachment.type == "H"))
            .outerjoin(t.file, file.id == attachment.file_id)
        )
        .where(entry.thread_id == thread_id, entry.flags.bitwise_and(EntryFlag.HIDDEN) == 0)
        .order_by(entry.id, attachment.id)
    )  # fmt: skip
    return tx.rows(statement)


def search_ids(
    tx: Read, conditions: Sequence[ColumnElement[bool]], order: ColumnElement[Any], limit: int, offset: int
) -> Sequence[int]:
    """The ids of one page of tickets."""
    ticket = t.ticket.c
    statement = select(ticket.ticket_id).select_from(with_cdata(tx, t.ticket)).where(*conditions)
    return tx.scalars(statement.order_by(order, ticket.ticket_id.desc()).limit(limit).offset(offset))


def subject_holds(tx: Read, text: str) -> ColumnElement[bool]:
    """The subject has this text in it, in upper or lower case."""
    subject, _ = subject_and_priority(tx)
    return func.lower(subject).contains(folded(text), autoescape=True)


def is_numbered(text: str) -> ColumnElement[bool]:
    """The ticket has this number, with or without the sign before it."""
    return t.ticket.c.number == text.strip().removeprefix("#")


def ids_by_name(tx: Read, id: Column[int], name: Column[str], wanted: str) -> list[int]:
    """The ids of what is called so, in upper or lower case."""
    return list(tx.scalars(select(id).where(func.lower(name) == folded(wanted.strip())).order_by(id)))


def department_ids(tx: Read, wanted: str) -> list[int]:
    """The departments of this name at any level, or the one at the end of a path `Parent / Child`."""
    department = t.department.c
    found = ids_by_name(tx, department.id, department.name, wanted)
    if found or "/" not in wanted:
        return found[:1]
    above: int | None = None
    for name in wanted.split("/"):
        is_below = department.pid == above if above else or_(department.pid.is_(None), department.pid == 0)
        named = func.lower(department.name) == folded(name.strip())
        above = tx.scalar(select(department.id).where(named, is_below).order_by(department.id))
        if above is None:
            return []
    return [above] if above else []


def count_by_place(tx: Read, key: ApiKey) -> Sequence[Row[Any]]:
    """How many tickets there are of each department, agent, state and punctuality."""
    ticket, status = t.ticket.c, t.ticket_status.c
    is_closed = (func.coalesce(status.state, "") == "closed").label("is_closed")
    columns = (ticket.dept_id, ticket.staff_id, is_closed, ticket.isoverdue)
    return tx.rows(
        select(*columns, func.count().label("amount"))
        .select_from(t.ticket.outerjoin(t.ticket_status, status.id == ticket.status_id))
        .where(*within(key))
        .group_by(*columns)
    )


def names_of_departments(tx: Read) -> dict[int, str]:
    return {row.id: row.name for row in tx.rows(select(t.department.c.id, t.department.c.name))}


def names_of_staff(tx: Read) -> dict[int, tuple[str, str]]:
    staff = t.staff.c
    rows = tx.rows(select(staff.staff_id, staff.firstname, staff.lastname))
    return {row.staff_id: (row.firstname or "", row.lastname or "") for row in rows}


def list_statuses(tx: Read) -> Sequence[Row[Any]]:
    status = t.ticket_status.c
    return tx.rows(select(status.id, status.name, status.state).order_by(status.sort, status.id))


def find_ticket_file(tx: Read, key: ApiKey, file_id: int) -> bool:
    """Whether a file is attached to an entry of the conversation of a ticket, and of one that the key may touch."""
    attachment, entry, thread = t.attachment.c, t.thread_entry.c, t.thread.c
    statement = (
        select(attachment.id)
        .join_from(t.attachment, t.thread_entry, entry.id == attachment.object_id)
        .join(t.thread, thread.id == entry.thread_id)
        .join(t.ticket, t.ticket.c.ticket_id == thread.object_id)
        .where(
            attachment.file_id == file_id,
            attachment.type == "H",
            thread.object_type.in_(("T", "C")),
            entry.flags.bitwise_and(EntryFlag.HIDDEN) == 0,
            *within(key),
        )
        .limit(1)
    )
    return tx.scalar(statement) is not None


def name_of_priority(tx: Read, priority_id: int) -> str | None:
    priority = t.ticket_priority.c
    name: str | None = tx.scalar(select(priority.priority_desc).where(priority.priority_id == priority_id))
    return name
