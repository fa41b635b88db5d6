"""A ticket by itself, with the people, files and entries around it: at most four queries."""

from collections import defaultdict
from collections.abc import Collection
from functools import lru_cache
from typing import Any, Literal

import msgspec
from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    bindparam,
    cast,
    func,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.sql.expression import literal

from osticket_api.access.principal import Principal
from osticket_api.access.scope import Scope, kept_scope, reachable_ticket, reads_as_agents
from osticket_api.db import tables as t
from osticket_api.db.flags import CollaboratorFlag, TicketFlag
from osticket_api.db.unit import Read
from osticket_api.features.collaborators.api import Collaborator, shown_to
from osticket_api.features.forms import api as forms
from osticket_api.features.threads.api import read_entries, to_entries
from osticket_api.features.tickets.columns import (
    audience_of,
    has_cdata,
    one_per_ticket,
    subject_and_priority,
    ticket_fields,
    ticket_rows,
    with_cdata,
)
from osticket_api.features.tickets.counts import counted, ticket_counts
from osticket_api.features.tickets.inclusions import allowed_of, named_fields
from osticket_api.features.tickets.read_marks import unread_among
from osticket_api.features.tickets.reference import missing
from osticket_api.features.tickets.responses import ChildTicket, StatusRef, TicketDetail, TicketLock, print_address
from osticket_api.features.tickets.threads import place_of
from osticket_api.web.fields import included
from osticket_api.web.file_urls import FileUrls, plain
from osticket_api.web.reference import parse
from osticket_api.web.responses import NamedRef, UserRef

INCLUDES = ("thread", "allowed", "unread", "custom_fields")


def parse_include(text: str | None) -> frozenset[str]:
    """Raises: Invalid naming what can be included."""
    return included(text, INCLUDES)


def get_detail(
    tx: Read,
    principal: Principal,
    reference: str,
    include: Collection[str] = (),
    *,
    visible: bool = False,
    urls: FileUrls = plain,
) -> TicketDetail:
    """A ticket the caller may see. `visible`: that is settled already, as for what they have just created.

    Raises: NotFound when there is none, or none for this caller.
    """
    row = _get_row(tx, principal, reference, visible=visible)
    answers = forms.read_answers(tx, "T", [row.ticket_id], audience=audience_of(principal), urls=urls)
    around = _around(tx, principal, row)
    detail = TicketDetail(
        **ticket_fields(tx, principal)(row),
        custom_fields=answers.get(row.ticket_id, {}),
        entry_count=row.entry_count,
        attachment_count=row.attachment_count,
        task_count=row.task_count if reads_as_agents(principal) else 0,
        relation=_relation(row.flags),
        collaborators=[shown_to(principal, _collaborator(each)) for each in around["collaborator"]],
        children=[_child(each) for each in around["child"]],
        lock=_lock(tx, row) if reads_as_agents(principal) else None,
        print_url=urls(print_address(row.ticket_id)),
    )
    if "thread" in include and row.thread_id is not None:
        entries = read_entries(tx, principal, row.thread_id)
        detail.thread = to_entries(tx, principal, entries, place_of(row.ticket_id, row.thread_id, urls).attachment_url)
    elif "thread" in include:
        detail.thread = []
    if "allowed" in include:
        detail.allowed = allowed_of(tx, principal, row)
    if "unread" in include:
        detail.is_unread = unread_among(tx, principal, [row.ticket_id]).get(row.ticket_id, msgspec.UNSET)
    if "custom_fields" in include:
        detail.named_fields = named_fields(tx, principal, [row.ticket_id], urls).get(row.ticket_id, [])
    return detail


def _get_row(tx: Read, principal: Principal, reference: str, *, visible: bool) -> Row[Any]:
    found = parse(reference)
    if found is None:
        raise missing(reference)
    scope, parameters = kept_scope(principal)
    statement = _select_detail(scope, found[0], visible, has_cdata(tx))
    rows = one_per_ticket(tx.prepared(statement, {**parameters, "reference": found[1]}))
    if not rows:
        raise missing(reference)
    return rows[0]


@lru_cache(maxsize=256)
def _select_detail(scope: Scope, column: Literal["id", "number"], visible: bool, has_cdata: bool) -> Select[Any]:
    """The row of a ticket, with the parameter `reference` and those of the scope."""
    lock, locker = t.lock.c, t.staff.alias("locker")
    named = t.ticket.c.ticket_id if column == "id" else t.ticket.c.number
    return (
        ticket_rows(has_cdata)
        .add_columns(
            *_counts(scope), lock.staff_id.label("lock_staff_id"), lock.expire,
            locker.c.firstname.label("lock_first"), locker.c.lastname.label("lock_last"),
        )
        .outerjoin(t.lock, lock.lock_id == t.ticket.c.lock_id)
        .outerjoin(locker, locker.c.staff_id == lock.staff_id)
        .where(named == bindparam("reference"), true() if visible else reachable_ticket(scope))
    )  # fmt: skip


def _counts(scope: Scope) -> list[ColumnElement[Any]]:
    child = t.ticket.alias("child").c
    return [
        *ticket_counts(scope),
        counted(select(func.count()).where(child.ticket_pid == t.ticket.c.ticket_id)).label("child_count"),
        counted(select(func.count()).where(t.thread_collaborator.c.thread_id == t.thread.c.id)).label(
            "collaborator_count"
        ),
    ]


def _around(tx: Read, principal: Principal, row: Row[Any]) -> dict[str, list[Row[Any]]]:
    """Collaborators and children, by kind: one query for both, none where the ticket has neither."""
    parts = []
    if row.child_count:
        parts.append(_select_children(tx, principal, row.ticket_id))
    if row.collaborator_count:
        parts.append(_select_collaborators(row.thread_id))
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for each in tx.rows(union_all(*parts)) if parts else ():
        found[each.kind].append(each)
    return found


def _select_children(tx: Read, principal: Principal, ticket_id: int) -> Select[Any]:
    subject, _ = subject_and_priority(tx)
    status = t.ticket_status.c
    return (
        select(
            literal("child").label("kind"), t.ticket.c.ticket_id.label("id"), subject.label("title"),
            t.ticket.c.number.label("label"), cast(status.id, Integer).label("other_id"),
            status.name.label("other_name"), status.state.label("state"),
            t.ticket.c.flags.label("flags"), t.ticket.c.created.label("created"),
        )
        .select_from(with_cdata(tx, t.ticket).outerjoin(t.ticket_status, status.id == t.ticket.c.status_id))
        .where(t.ticket.c.ticket_pid == ticket_id, reachable_ticket(principal))
    )  # fmt: skip


def _select_collaborators(thread_id: int) -> Select[Any]:
    collaborator, user, address = t.thread_collaborator.c, t.user.c, t.user_email.c
    return (
        select(
            literal("collaborator").label("kind"), collaborator.id.label("id"), user.name.label("title"),
            address.address.label("label"), cast(user.id, Integer).label("other_id"), null().label("other_name"),
            null().label("state"), collaborator.flags.label("flags"), collaborator.created.label("created"),
        )
        .join_from(t.thread_collaborator, t.user, user.id == collaborator.user_id)
        .outerjoin(t.user_email, address.id == user.default_email_id)
        .where(collaborator.thread_id == thread_id)
    )  # fmt: skip


def _child(row: Row[Any]) -> ChildTicket:
    status = StatusRef(row.other_id, row.other_name, row.state or "") if row.other_name is not None else None
    return ChildTicket(row.id, row.label or "", row.title or "", status)


def _collaborator(row: Row[Any]) -> Collaborator:
    return Collaborator(
        row.id, UserRef(row.other_id, row.title, row.label), bool(row.flags & CollaboratorFlag.ACTIVE), row.created
    )


def _relation(flags: int) -> str:
    """Source: tickets.md 4.11.1."""
    if flags & TicketFlag.MERGED:
        return "merged"
    return "linked" if flags & TicketFlag.LINKED else "none"


def _lock(tx: Read, row: Row[Any]) -> TicketLock | None:
    """The lock of an agent at work; a dangling or expired one locks nothing. Source: tickets.md 9.1."""
    if row.expire is None or row.expire <= tx.now:
        return None
    return TicketLock(NamedRef(row.lock_staff_id, f"{row.lock_first or ''} {row.lock_last or ''}".strip()), row.expire)
