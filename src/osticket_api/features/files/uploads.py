"""Files that callers uploaded to attach later.

A file belongs to nobody until it is attached; until then, and after, its uploaders may use it. So may those who see it
on something; nobody can attach a file just because they know its id.
"""

from collections.abc import Collection

from sqlalchemy import Column, ColumnElement, Select, func, select, union_all

from osticket_api.access.drafts import own_drafts
from osticket_api.access.knowledge import readable_canned_responses, readable_faqs
from osticket_api.access.principal import Anonymous, Principal, Staff, User
from osticket_api.access.scope import reachable_ticket, visible_entries
from osticket_api.access.task_scope import reachable_task
from osticket_api.db import tables as t
from osticket_api.db.dialect import upsert
from osticket_api.db.tables import own
from osticket_api.db.unit import Read, Write
from osticket_api.errors import ApiError, Invalid, NotFound, Unauthenticated
from osticket_api.features.files import limits
from osticket_api.features.files.content import open_content
from osticket_api.features.files.limits import Candidate
from osticket_api.features.files.queries import DRAFT, StoredFile
from osticket_api.features.files.responses import File
from osticket_api.features.files.service import store
from osticket_api.features.files.spool import Spooled
from osticket_api.web.results import Download


def upload(tx: Write, principal: Principal, spooled: Spooled) -> File:
    """Store a file and note who brought it. It must be attached within a day.

    It is a file of its own though another one has the same content: an id that is there already would tell the caller
    that somebody has that content, and show the name that it has there.

    Raises: Invalid when it is empty, too large, or of a kind that is not allowed.
    Source: tickets.md 5.1, 5.6, 5.7.
    """
    candidate = Candidate(spooled.name, spooled.content_type or "", spooled.fingerprint.size)
    audience: limits.Audience = "staff" if principal.kind == "staff" else "user"
    limits.check(limits.limits_for(tx, audience), [candidate], field="file")
    file = store(
        tx, spooled.name, spooled.content_type, spooled.content, known=spooled.fingerprint, shares_content=False
    )
    key = {"file_id": file.id, "principal": principal.key}
    upsert(tx, own.api_upload, key, {"created_at": tx.now})
    return _to_response(file)


def _to_response(file: StoredFile) -> File:
    return File(file.id, file.name, file.size, file.content_type, f"/api/v2/files/{file.id}")


def uploaded_by(tx: Read, principal: Principal, file_ids: Collection[int]) -> set[int]:
    """Which of these files the caller has uploaded."""
    if not file_ids or not tx.has_own_tables:
        return set()
    upload = own.api_upload.c
    statement = select(upload.file_id).where(upload.principal == principal.key, upload.file_id.in_(file_ids))
    return set(tx.scalars(statement))


def usable_by(tx: Read, principal: Principal, file_ids: Collection[int]) -> set[int]:
    """Which of these files the caller may attach: what they uploaded, and what they see on something already."""
    uploaded = uploaded_by(tx, principal, file_ids)
    others = set(file_ids) - uploaded
    return uploaded | {file_id for file_id in others if _name_seen(tx, principal, file_id) is not None}


def require_usable(tx: Read, principal: Principal, file_ids: Collection[int]) -> None:
    """Raises: Invalid naming the files that the caller may not attach, whether they exist or not."""
    unknown = set(file_ids) - usable_by(tx, principal, file_ids)
    if unknown:
        raise unknown_files(unknown)


def unknown_files(file_ids: Collection[int]) -> Invalid:
    """The error for unknown files, the same for files of others: so nobody learns which ids exist."""
    named = ", ".join(map(str, sorted(file_ids)))
    return Invalid.because(f"You have uploaded no file {named}.", field="attachments", code="unknown_file")


def open_file(tx: Read, principal: Principal, file_id: int) -> Download:
    """A file the caller uploaded, or that is attached to something they may read.

    Raises: NotFound, Unauthenticated for visitors, who may see it once they sign in.
    """
    name = _uploaded_name(tx, principal, file_id)
    if name is None:
        name = _name_seen(tx, principal, file_id)
    if name is None:
        raise _out_of_sight(principal, file_id)
    content = open_content(tx, file_id)
    return Download(content, name, content.file.content_type)


def _out_of_sight(principal: Principal, file_id: int) -> ApiError:
    if isinstance(principal, Anonymous):
        return Unauthenticated.because("Sign in first: without that, only files of the knowledge base are public.")
    return NotFound.because(f"There is no file {file_id}.")


def _name_seen(tx: Read, principal: Principal, file_id: int) -> str | None:
    """The name of the file where the caller sees it; None where they do not."""
    ways = (_name_on_a_thread, _name_on_a_canned_response, _name_on_a_faq, _name_on_a_draft)
    return next((name for name in (way(tx, principal, file_id) for way in ways) if name is not None), None)


def _uploaded_name(tx: Read, principal: Principal, file_id: int) -> str | None:
    if not uploaded_by(tx, principal, [file_id]):
        return None
    name: str | None = tx.scalar(select(t.file.c.name).where(t.file.c.id == file_id))
    return name


def _name_on_a_thread(tx: Read, principal: Principal, file_id: int) -> str | None:
    """The name that the file has where the caller sees it on a ticket or a task."""
    if not isinstance(principal, Staff | User):
        return None
    attachment, entry, thread = t.attachment.c, t.thread_entry.c, t.thread.c
    attached = (
        _names(file_id)
        .join(t.thread_entry, (entry.id == attachment.object_id) & (attachment.type == "H"))
        .join(t.thread, thread.id == entry.thread_id)
        .where(visible_entries(principal))
    )
    of_ticket = (t.ticket.c.ticket_id == thread.object_id) & thread.object_type.in_(("T", "C"))
    of_task = (t.task.c.id == thread.object_id) & (thread.object_type == "A")
    ways = (
        attached.join(t.ticket, of_ticket).where(reachable_ticket(principal)),
        attached.join(t.task, of_task).where(reachable_task(principal)),
    )
    name: str | None = tx.scalar(union_all(*ways).limit(1))
    return name


def _name_on_a_canned_response(tx: Read, principal: Principal, file_id: int) -> str | None:
    if not isinstance(principal, Staff):
        return None
    return _name_on(tx, file_id, "C", t.canned_response.c.canned_id, readable_canned_responses(principal))


def _name_on_a_faq(tx: Read, principal: Principal, file_id: int) -> str | None:
    return _name_on(tx, file_id, "F", t.faq.c.faq_id, readable_faqs(tx, principal))


def _name_on_a_draft(tx: Read, principal: Principal, file_id: int) -> str | None:
    return _name_on(tx, file_id, DRAFT, t.draft.c.id, own_drafts(principal))


def _name_on(tx: Read, file_id: int, kind: str, identity: "Column[int]", readable: ColumnElement[bool]) -> str | None:
    """The name that the file has on something of this kind that is readable."""
    attachment = t.attachment.c
    holder = (attachment.type == kind) & (attachment.object_id == identity)
    name: str | None = tx.scalar(_names(file_id).join(identity.table, holder).where(readable).limit(1))
    return name


def _names(file_id: int) -> Select[tuple[str]]:
    """The names that a file is attached under. The file's own name may be what somebody else calls the same content."""
    attachment, file = t.attachment.c, t.file.c
    return (
        select(func.coalesce(attachment.name, file.name))
        .join_from(t.attachment, t.file, file.id == attachment.file_id)
        .where(file.id == file_id)
    )
