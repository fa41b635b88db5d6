"""Files that callers uploaded to attach later.

A file belongs to nobody until it is attached; until then, and after, its uploaders may use it. Without a trace of an
upload nobody can attach a file just because they know its id.
"""

from collections.abc import Collection

from sqlalchemy import Column, ColumnElement, or_, select
from sqlalchemy.sql.expression import literal

from osticket_api.access.knowledge import readable_canned_responses, readable_faqs
from osticket_api.access.principal import Anonymous, Principal, Staff, User
from osticket_api.access.scope import reachable_task, reachable_ticket, visible_entries
from osticket_api.db import tables as t
from osticket_api.db.dialect import upsert
from osticket_api.db.engine import Read, Write
from osticket_api.db.tables import own
from osticket_api.errors import ApiError, Invalid, NotFound, Unauthenticated
from osticket_api.features.files import limits
from osticket_api.features.files.content import Content, open_content
from osticket_api.features.files.hashes import Fingerprint
from osticket_api.features.files.limits import Candidate
from osticket_api.features.files.queries import StoredFile
from osticket_api.features.files.service import clean_name, store
from osticket_api.features.files.shapes import File
from osticket_api.features.files.spool import Spooled


def upload(tx: Write, principal: Principal, spooled: Spooled, known: Fingerprint) -> File:
    """Store a file and note who brought it. It must be attached within a day.

    Raises: Invalid when it is empty, too large, or of a kind that is not allowed.
    Source: tickets.md 5.1, 5.6, 5.7.
    """
    candidate = Candidate(spooled.name, spooled.content_type or "", known.size)
    audience: limits.Audience = "staff" if principal.kind == "staff" else "user"
    limits.check(limits.limits_for(tx, audience), [candidate], field="file")
    file = store(tx, spooled.name, spooled.content_type, spooled.content, known=known)
    key = {"file_id": file.id, "principal": principal.key}
    upsert(tx, own.api_upload, key, {"created_at": tx.now})
    return _shape(file, clean_name(spooled.name))


def _shape(file: StoredFile, name: str) -> File:
    return File(file.id, name, file.size, file.content_type, f"/api/v2/files/{file.id}")


def uploaded_by(tx: Read, principal: Principal, file_ids: Collection[int]) -> set[int]:
    """Which of these files the caller has uploaded."""
    if not file_ids or not tx.has_own_tables:
        return set()
    upload = own.api_upload.c
    statement = select(upload.file_id).where(upload.principal == principal.key, upload.file_id.in_(file_ids))
    return set(tx.scalars(statement))


def require_uploaded(tx: Read, principal: Principal, file_ids: Collection[int]) -> None:
    """Raises: Invalid naming the files that the caller did not upload."""
    foreign = sorted(set(file_ids) - uploaded_by(tx, principal, file_ids))
    if foreign:
        named = ", ".join(map(str, foreign))
        raise Invalid.because(f"You have uploaded no file {named}.", field="attachments", code="unknown_file")


def open_file(tx: Read, principal: Principal, file_id: int) -> Content:
    """A file the caller uploaded, or that is attached to something they may read.

    Raises: NotFound, Unauthenticated for visitors, who may see it once they sign in.
    """
    ways = (_has_uploaded, _is_in_sight_on_a_thread, _is_in_sight_on_a_canned_response, _is_in_sight_on_a_faq)
    if not any(way(tx, principal, file_id) for way in ways):
        raise _out_of_sight(principal, file_id)
    return open_content(tx, file_id)


def _out_of_sight(principal: Principal, file_id: int) -> ApiError:
    if isinstance(principal, Anonymous):
        return Unauthenticated.because("Sign in first: without that, only files of the knowledge base are public.")
    return NotFound.because(f"There is no file {file_id}.")


def _has_uploaded(tx: Read, principal: Principal, file_id: int) -> bool:
    return bool(uploaded_by(tx, principal, [file_id]))


def _is_in_sight_on_a_thread(tx: Read, principal: Principal, file_id: int) -> bool:
    """Whether the file came with something that was said on a ticket or a task the caller may open."""
    if not isinstance(principal, Staff | User):
        return False
    attachment, entry, thread = t.attachment.c, t.thread_entry.c, t.thread.c
    attached = (
        select(literal(1))
        .join_from(t.attachment, t.thread_entry, (entry.id == attachment.object_id) & (attachment.type == "H"))
        .join(t.thread, thread.id == entry.thread_id)
        .where(attachment.file_id == file_id, visible_entries(principal))
    )
    of_ticket = (t.ticket.c.ticket_id == thread.object_id) & thread.object_type.in_(("T", "C"))
    of_task = (t.task.c.id == thread.object_id) & (thread.object_type == "A")
    ways = (
        attached.join(t.ticket, of_ticket).where(reachable_ticket(principal)),
        attached.join(t.task, of_task).where(reachable_task(principal)),
    )
    return bool(tx.scalar(select(or_(*(way.exists() for way in ways)))))


def _is_in_sight_on_a_canned_response(tx: Read, principal: Principal, file_id: int) -> bool:
    readable = readable_canned_responses(principal)
    return isinstance(principal, Staff) and _is_attached(tx, file_id, "C", t.canned_response.c.canned_id, readable)


def _is_in_sight_on_a_faq(tx: Read, principal: Principal, file_id: int) -> bool:
    return _is_attached(tx, file_id, "F", t.faq.c.faq_id, readable_faqs(tx, principal))


def _is_attached(tx: Read, file_id: int, kind: str, identity: "Column[int]", readable: ColumnElement[bool]) -> bool:
    """Whether the file is attached to something of this kind that is readable."""
    attachment = t.attachment.c
    holder = (attachment.type == kind) & (attachment.object_id == identity)
    held = select(attachment.id).join_from(t.attachment, identity.table, holder)
    return tx.scalar(held.where(attachment.file_id == file_id, readable).limit(1)) is not None
