"""The columns of a ticket and the rows around it, and how a row becomes a Ticket."""

from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Integer, Row, Select, and_, bindparam, cast, exists, func, select
from sqlalchemy.sql.expression import literal

from osticket_api.access.principal import Principal, User
from osticket_api.access.scope import reads_as_agents
from osticket_api.db import tables as t
from osticket_api.db.answers import has_answer
from osticket_api.db.dialect import has_table
from osticket_api.db.statements import in_literals
from osticket_api.db.unit import Read
from osticket_api.features.forms import api as forms
from osticket_api.features.tickets.activity import last_activity
from osticket_api.features.tickets.responses import StatusRef
from osticket_api.web.responses import NamedRef, StaffRef, UserRef


def has_cdata(tx: Read) -> bool:
    """Whether PHP's copy of the tickets' answers is there."""
    return has_table(tx, t.ticket_cdata)


def subject_and_priority(tx: Read) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Subject and priority id. They are answers; PHP keeps a copy in `ticket__cdata`, which may be missing."""
    return _subject_and_priority(has_cdata(tx))


def with_cdata(tx: Read, source: FromClause) -> FromClause:
    """The source joined with the copy of the answers, where that is there."""
    return _with_cdata(has_cdata(tx), source)


def _subject_and_priority(has_cdata: bool) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    if has_cdata:
        return t.ticket_cdata.c.subject, cast(t.ticket_cdata.c.priority, Integer)
    ticket_id, value = t.ticket.c.ticket_id, t.form_entry_values.c
    subject = forms.select_answer("T", ticket_id, "subject", value.value)
    return subject, forms.select_answer("T", ticket_id, "priority", value.value_id)


def _with_cdata(has_cdata: bool, source: FromClause) -> FromClause:
    if not has_cdata:
        return source
    return source.outerjoin(t.ticket_cdata, t.ticket_cdata.c.ticket_id == t.ticket.c.ticket_id)


def has_priority(tx: Read, ids: Collection[int | None]) -> ColumnElement[bool]:
    """The ticket has one of these priorities. PHP's copy of the answers takes one look-up instead of three."""
    if not has_cdata(tx):
        return has_answer("priority", t.form_entry_values.c.value_id.in_(ids))
    _, priority_id = subject_and_priority(tx)
    found = select(literal(1)).select_from(t.ticket_cdata)
    return exists(found.where(t.ticket_cdata.c.ticket_id == t.ticket.c.ticket_id, priority_id.in_(ids)))


def select_tickets(tx: Read) -> Select[Any]:
    """Everything a Ticket shows, for all tickets."""
    return ticket_rows(has_cdata(tx))


@lru_cache
def ticket_rows(has_cdata: bool) -> Select[Any]:
    """`select_tickets`, for what is kept longer than one unit of work."""
    ticket, thread, staff, user = t.ticket.c, t.thread.c, t.staff.c, t.user.c
    subject, priority_id = _subject_and_priority(has_cdata)
    joined = (
        _with_cdata(has_cdata, t.ticket)
        .outerjoin(t.ticket_status, t.ticket_status.c.id == ticket.status_id)
        .outerjoin(t.ticket_priority, t.ticket_priority.c.priority_id == priority_id)
        .outerjoin(t.department, t.department.c.id == ticket.dept_id)
        .outerjoin(t.help_topic, t.help_topic.c.topic_id == ticket.topic_id)
        .outerjoin(t.sla, t.sla.c.id == ticket.sla_id)
        .outerjoin(t.user, user.id == ticket.user_id)
        .outerjoin(t.user_email, t.user_email.c.id == user.default_email_id)
        .outerjoin(t.organization, t.organization.c.id == user.org_id)
        .outerjoin(t.staff, staff.staff_id == ticket.staff_id)
        .outerjoin(t.team, t.team.c.team_id == ticket.team_id)
        .outerjoin(t.thread, and_(thread.object_id == ticket.ticket_id, in_literals(thread.object_type, ("T", "C"))))
    )
    return select(
        ticket.ticket_id, ticket.number, subject.label("subject"),
        ticket.status_id, t.ticket_status.c.name.label("status_name"), t.ticket_status.c.state,
        priority_id.label("priority_id"), t.ticket_priority.c.priority_desc,
        ticket.dept_id, t.department.c.name.label("department_name"), t.department.c.ispublic.label("is_public"),
        ticket.topic_id, t.help_topic.c.topic.label("topic_name"),
        ticket.sla_id, t.sla.c.name.label("sla_name"),
        ticket.user_id, user.name.label("user_name"), t.user_email.c.address,
        user.org_id, t.organization.c.name.label("organization_name"),
        ticket.staff_id, staff.firstname, staff.lastname, staff.username,
        ticket.team_id, t.team.c.name.label("team_name"),
        ticket.source, ticket.ip_address, ticket.isoverdue, ticket.isanswered, ticket.ticket_pid,
        ticket.duedate, ticket.est_duedate, ticket.created, ticket.updated, ticket.lastupdate,
        ticket.closed, ticket.reopened, thread.lastmessage, thread.lastresponse,
        thread.id.label("thread_id"), thread.object_type.label("thread_type"), ticket.flags,
    ).select_from(joined)  # fmt: skip


@lru_cache(maxsize=2)
def select_title(has_cdata: bool) -> Select[Any]:
    """Number and subject of the ticket that the parameter `ticket_id` names."""
    subject, _ = _subject_and_priority(has_cdata)
    return (
        select(t.ticket.c.number, subject.label("subject"))
        .select_from(_with_cdata(has_cdata, t.ticket))
        .where(t.ticket.c.ticket_id == bindparam("ticket_id"))
    )


def audience_of(principal: Principal) -> forms.Audience:
    """Whose view of custom fields the caller has."""
    return "staff" if reads_as_agents(principal) else "client"


def one_per_ticket(rows: Any) -> list[Row[Any]]:
    """A ticket that has both a thread of its own and a merged one counts with its own. Source: tickets.md 2.1."""
    chosen: dict[int, Row[Any]] = {}
    for row in rows:
        if row.ticket_id not in chosen or row.thread_type == "T":
            chosen[row.ticket_id] = row
    return list(chosen.values())


def ticket_fields(tx: Read, principal: Principal) -> Callable[[Row[Any]], dict[str, Any]]:
    """A function from a row to the fields of a Ticket, as this caller may know them.

    Users learn what the portal's page shows: no private department, and nothing of how agents divide and time their
    work. Source: tickets.md 10.4.
    """
    is_staff = not isinstance(principal, User)

    def fields(row: Row[Any]) -> dict[str, Any]:
        (
            ticket_id, number, subject, status_id, status_name, state, priority_id, priority_name, department_id,
            department_name, is_public, topic_id, topic_name, sla_id, sla_name, user_id, user_name, address,
            organization_id, organization_name, staff_id, first_name, last_name, username, team_id, team_name,
            source, ip_address, is_overdue, is_answered, parent_id, due_at, sla_due_at, created_at, updated_at,
            _, closed_at, reopened_at, last_message_at, last_response_at, thread_id,
        ) = tuple(row)[:41]  # fmt: skip
        staff = None
        if username is not None and is_staff:
            staff = StaffRef(staff_id, f"{first_name} {last_name}".strip(), username)
        return {
            "id": ticket_id,
            "number": number or "",
            "subject": subject or "",
            "status": StatusRef(status_id, status_name, state or "") if status_name is not None else None,
            "priority": NamedRef(priority_id, priority_name) if priority_name is not None and is_staff else None,
            "department": NamedRef(department_id, department_name)
            if department_name is not None and (is_staff or is_public)
            else None,
            "topic": NamedRef(topic_id, topic_name) if topic_name is not None else None,
            "sla": NamedRef(sla_id, sla_name) if sla_name is not None and is_staff else None,
            "user": UserRef(user_id, user_name, address) if user_name is not None else None,
            "organization": NamedRef(organization_id, organization_name) if organization_name is not None else None,
            "staff": staff,
            "team": NamedRef(team_id, team_name) if team_name is not None and is_staff else None,
            "source": source,
            "ip_address": (ip_address or None) if is_staff else None,
            "is_overdue": is_overdue and is_staff,
            "is_answered": is_answered,
            "parent_id": parent_id or None,
            "due_at": due_at if is_staff else None,
            "sla_due_at": sla_due_at if is_staff else None,
            "created_at": created_at,
            "updated_at": updated_at if is_staff else last_activity(row),
            "last_activity_at": last_activity(row),
            "closed_at": closed_at,
            "reopened_at": reopened_at,
            "last_message_at": last_message_at,
            "last_response_at": last_response_at,
            "thread_id": thread_id,
        }

    return fields


def due_at() -> ColumnElement[Any]:
    """The moment at which a ticket is due: the date that was set by hand, else that of its SLA."""
    return func.coalesce(t.ticket.c.duedate, t.ticket.c.est_duedate)
