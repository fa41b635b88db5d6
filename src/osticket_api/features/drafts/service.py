"""Saving drafts. osTicket's panel and portal go on with them, and what is posted takes its draft away.

Source: tickets.md 3.4 and 9.3, golden cases 210 to 213
"""

from typing import Final

from sqlalchemy import delete, select, update

from osticket_api.access.drafts import own_drafts
from osticket_api.access.principal import Principal, Staff, User
from osticket_api.access.scope import reachable_ticket
from osticket_api.access.task_scope import reachable_task
from osticket_api.db import tables as t
from osticket_api.db.named_lock import hold_named_lock
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Invalid
from osticket_api.features.drafts.namespaces import Subject, namespace_of, problem_with
from osticket_api.features.drafts.queries import find_draft
from osticket_api.features.files.api import DRAFT
from osticket_api.features.rich_text.api import Text, attach, detach_all, store_text
from osticket_api.kit import html

_EMPTY: Final = " "
"""The body that osTicket stores for an empty draft."""


def save_draft(tx: Write, actor: Principal, subject: Subject, body: str) -> int:
    """Save what the caller is writing, in place of what they had written of the same kind there. Returns its id.

    Raises: Invalid for a ticket or task that the caller does not see, and for kinds that are not theirs.
    """
    assert isinstance(actor, Staff | User)
    is_user = isinstance(actor, User)
    problem = problem_with(subject, is_user=is_user)
    if problem is not None:
        raise Invalid.because(problem[1], field=problem[0])
    _check_seen(tx, actor, subject)
    namespace = namespace_of(subject, is_user=is_user)
    hold_named_lock(tx, f"draft {actor.key} {namespace}")
    draft = t.draft.c
    found = tx.scalar(select(draft.id).where(draft.namespace == namespace, own_drafts(actor)).order_by(draft.id))
    if found is not None:
        edit_draft(tx, actor, found, body)
        return int(found)
    text = _store(tx, body)
    draft_id = tx.insert(t.draft, staff_id=actor.id, namespace=namespace, body=text.stored, created=tx.now)
    attach(tx, actor, DRAFT, draft_id, text, None)
    return draft_id


def edit_draft(tx: Write, actor: Principal, draft_id: int, body: str) -> None:
    """Save a draft again. Raises: NotFound for somebody else's."""
    find_draft(tx, actor, draft_id)
    text = _store(tx, body)
    tx.change(update(t.draft).where(t.draft.c.id == draft_id).values(body=text.stored, updated=tx.now))
    attach(tx, actor, DRAFT, draft_id, text, None)


def delete_draft(tx: Write, actor: Principal, draft_id: int) -> None:
    """Discard a draft with the images in it. Raises: NotFound for somebody else's."""
    find_draft(tx, actor, draft_id)
    tx.change(delete(t.draft).where(t.draft.c.id == draft_id))
    detach_all(tx, DRAFT, [draft_id])


def _store(tx: Write, body: str) -> Text:
    says_something = html.to_text(body).strip() or "<img" in body
    return store_text(tx, body, "body") if says_something else Text(_EMPTY, [])


def _check_seen(tx: Read, actor: Principal, subject: Subject) -> None:
    ticket, task = t.ticket.c.ticket_id, t.task.c.id
    for field, column, value, seen in (
        ("ticket_id", ticket, subject.ticket_id, reachable_ticket),
        ("task_id", task, subject.task_id, reachable_task),
    ):
        if value is not None and tx.scalar(select(column).where(column == value, seen(actor))) is None:
            raise Invalid.because(f"There is no {field.removesuffix('_id')} {value}.", field=field)
