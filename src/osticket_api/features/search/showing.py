"""Make a page of results, with titles and snippets."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import and_, or_, select

from osticket_api.access.principal import Principal, Staff
from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.features.search.finding import Candidate
from osticket_api.features.search.responses import Found, FoundFaq, FoundTask, FoundTicket
from osticket_api.features.search.snippets import snippet
from osticket_api.features.tasks.api import select_tasks
from osticket_api.features.tickets.api import StatusRef, subject_and_priority, with_cdata
from osticket_api.search_index.match import titles_only
from osticket_api.search_index.terms import Term
from osticket_api.web.responses import NamedRef, UserRef

Shown = tuple[int, str, dict[str, Any]]
"""Id, title, and the fields that are of one type alone."""


def show(tx: Read, principal: Principal, candidates: Sequence[Candidate], terms: Sequence[Term]) -> list[Found]:
    """The candidates with titles and snippets: one query for each type among them, and one for the snippets."""
    titles = {(type, id): (title, fields) for type, id, title, fields in _titles(tx, principal, candidates)}
    texts = _texts(tx, principal, candidates)
    return [
        Found(
            type=each.type,
            id=each.id,
            title=titles[each.type, each.id][0],
            snippet=snippet(texts[each.row], terms) if each.row in texts else None,
            rank=each.score,
            is_exact=each.is_exact,
            **titles[each.type, each.id][1],
        )
        for each in candidates
        if (each.type, each.id) in titles
    ]


def _titles(
    tx: Read, principal: Principal, candidates: Sequence[Candidate]
) -> Iterator[tuple[str, int, str, dict[str, Any]]]:
    ways = {"ticket": _tickets, "task": _tasks, "user": _users, "organization": _organizations, "faq": _faqs}
    for type, look in ways.items():
        ids = [each.id for each in candidates if each.type == type]
        if ids:
            yield from ((type, *shown) for shown in look(tx, principal, ids))


def _texts(tx: Read, principal: Principal, candidates: Sequence[Candidate]) -> dict[tuple[str, int] | None, str]:
    """The texts of the best rows, of which the caller may know everything."""
    search = t.search.c
    untold = titles_only(principal) | (set() if isinstance(principal, Staff) else {"T"})
    rows = [each.row for each in candidates if each.row is not None and each.row[0] not in untold]
    if not rows:
        return {}
    wanted = or_(*(and_(search.object_type == kind, search.object_id == id) for kind, id in rows))
    found = tx.rows(select(search.object_type, search.object_id, search.content).where(wanted))
    return {(row.object_type, row.object_id): row.content or "" for row in found}


def _tickets(tx: Read, principal: Principal, ids: Sequence[int]) -> Iterator[Shown]:
    ticket, status, user, email = t.ticket.c, t.ticket_status.c, t.user.c, t.user_email.c
    subject, _ = subject_and_priority(tx)
    joined = (
        with_cdata(tx, t.ticket)
        .outerjoin(t.ticket_status, status.id == ticket.status_id)
        .outerjoin(t.user, user.id == ticket.user_id)
        .outerjoin(t.user_email, email.id == user.default_email_id)
    )
    columns = (
        ticket.ticket_id, ticket.number, subject.label("subject"), ticket.status_id, status.name.label("status_name"),
        status.state, ticket.user_id, user.name.label("user_name"), email.address,
    )  # fmt: skip
    for row in tx.rows(select(*columns).select_from(joined).where(ticket.ticket_id.in_(ids))):
        status_now = None if row.status_name is None else StatusRef(row.status_id, row.status_name, row.state or "")
        person = None if row.user_name is None else UserRef(row.user_id, row.user_name, row.address)
        reference = FoundTicket(row.ticket_id, row.number or "", status_now, person)
        yield row.ticket_id, row.subject or "", {"ticket": reference}


def _tasks(tx: Read, principal: Principal, ids: Sequence[int]) -> Iterator[Shown]:
    for row in tx.rows(select_tasks(tx, principal, t.task).where(t.task.c.id.in_(ids))):
        status = "open" if row.is_open else "closed"
        yield row.id, row.title or "", {"task": FoundTask(row.id, row.number or "", status)}


def _users(tx: Read, principal: Principal, ids: Sequence[int]) -> Iterator[Shown]:
    user, email = t.user.c, t.user_email.c
    joined = t.user.outerjoin(t.user_email, email.id == user.default_email_id)
    for row in tx.rows(select(user.id, user.name, email.address).select_from(joined).where(user.id.in_(ids))):
        yield row.id, row.name, {"user": UserRef(row.id, row.name, row.address)}


def _organizations(tx: Read, principal: Principal, ids: Sequence[int]) -> Iterator[Shown]:
    organization = t.organization.c
    for row in tx.rows(select(organization.id, organization.name).where(organization.id.in_(ids))):
        yield row.id, row.name, {"organization": NamedRef(row.id, row.name)}


def _faqs(tx: Read, principal: Principal, ids: Sequence[int]) -> Iterator[Shown]:
    faq, category = t.faq.c, t.faq_category.c
    rows = tx.rows(
        select(faq.faq_id, faq.question, category.category_id, category.name)
        .select_from(t.faq.outerjoin(t.faq_category, category.category_id == faq.category_id))
        .where(faq.faq_id.in_(ids))
    )
    for row in rows:
        above = None if row.category_id is None else NamedRef(row.category_id, row.name or "")
        yield row.faq_id, row.question, {"faq": FoundFaq(row.faq_id, above)}
