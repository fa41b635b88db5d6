"""Reading the entries of conversations, with their attachments."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Row, Select, and_, bindparam, func, select

from osticket_api.access.principal import Principal
from osticket_api.access.scope import Scope, kept_scope, reads_as_agents, visible_entries
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.flags import EntryFlag
from osticket_api.db.statements import in_literals, page_of
from osticket_api.db.unit import Read
from osticket_api.db.words import SOURCES
from osticket_api.features.files.api import read_all
from osticket_api.features.threads import bodies, titles
from osticket_api.features.threads.requests import ThreadQuery
from osticket_api.features.threads.responses import Attachment, Entry
from osticket_api.web.responses import NamedRef

_TYPES = {"M": "message", "R": "response", "N": "note"}
TYPE_LETTERS = {name: letter for letter, name in _TYPES.items()}

HIDDEN_AGENT = "Staff"
"""The name that users read for agents where the help desk hides agents' names."""

AttachmentUrl = Callable[[int], str]
"""Makes the address of an attachment from its id."""


def read_entries(tx: Read, principal: Principal, thread_id: int, *, entry_id: int | None = None) -> Sequence[Row[Any]]:
    """A row for each visible entry of a thread, or for each of its attachments, oldest first.

    `entry_id`: the only one that is wanted.
    """
    scope, parameters = kept_scope(principal)
    statement = _select_entries(scope, entry_id is not None)
    return tx.prepared(statement, {**parameters, "thread_id": thread_id, "entry_id": entry_id})


def read_page(tx: Read, principal: Principal, thread_id: int, query: ThreadQuery) -> Sequence[Row[Any]]:
    """Read a page of entries."""
    scope, parameters = kept_scope(principal)
    statement = _select_page(scope, query.type, query.newest_first, query.per_page, query.offset > 0)
    return tx.prepared(statement, {**parameters, "thread_id": thread_id, "offset": query.offset})


def count_entries(tx: Read, principal: Principal, thread_id: int, query: ThreadQuery) -> int:
    """How many entries there are on all pages."""
    scope, parameters = kept_scope(principal)
    return int(tx.scalar(_count(scope, query.type), {**parameters, "thread_id": thread_id}))


@lru_cache(maxsize=256)
def _select_entries(scope: Scope, one: bool) -> Select[Any]:
    """With the parameters `thread_id`, for a single entry `entry_id`, and those of the scope."""
    statement = with_attachments(t.thread_entry).where(*visible(scope, None))
    return statement.where(t.thread_entry.c.id == bindparam("entry_id")) if one else statement


@lru_cache(maxsize=256)
def _select_page(scope: Scope, type: str | None, newest_first: bool, length: int, has_offset: bool) -> Select[Any]:
    """With the parameters `thread_id`, `offset` where there is one, and those of the scope."""
    entry = t.thread_entry.c
    order = (entry.created.desc(), entry.id.desc()) if newest_first else (entry.created, entry.id)
    ids = select(entry.id).where(*visible(scope, type)).order_by(*order)
    page = page_of(ids, length, has_offset=has_offset).subquery("page")
    return with_attachments(page.join(t.thread_entry, entry.id == page.c.id))


@lru_cache(maxsize=256)
def _count(scope: Scope, type: str | None) -> Select[Any]:
    return select(func.count()).select_from(t.thread_entry).where(*visible(scope, type))


def visible(scope: Scope, type: str | None) -> list[ColumnElement[bool]]:
    """The entry is of the thread that the parameter `thread_id` names, visible, and of the type if there is one."""
    entry = t.thread_entry.c
    of_type = [] if type is None else [in_literals(entry.type, TYPE_LETTERS[type])]
    return [entry.thread_id == bindparam("thread_id"), visible_entries(scope), *of_type]


def with_attachments(entries: FromClause) -> Select[Any]:
    """A row for each of the entries, or for each of its attachments, oldest first."""
    entry, attachment, file = t.thread_entry.c, t.attachment.c, t.file.c
    return (
        select(
            entry.id, entry.type, entry.flags, entry.poster, entry.source, entry.title, entry.body, entry.format,
            entry.pid, entry.staff_id, entry.user_id, entry.created, entry.updated,
            t.staff.c.firstname, t.staff.c.lastname, t.user.c.name.label("user_name"), *_attachment_columns(),
        )
        .select_from(
            entries.outerjoin(t.staff, t.staff.c.staff_id == entry.staff_id)
            .outerjoin(t.user, t.user.c.id == entry.user_id)
            .outerjoin(t.attachment, and_(attachment.object_id == entry.id, attachment.type == "H"))
            .outerjoin(t.file, file.id == attachment.file_id)
        )
        .order_by(entry.created, entry.id, attachment.id)
    )  # fmt: skip


def select_attachments(principal: Principal, thread_id: int) -> Select[Any]:
    """Every file attached to a visible entry of the thread."""
    attachment, file = t.attachment.c, t.file.c
    return (
        select(*_attachment_columns(), t.thread_entry.c.id)
        .join_from(
            t.thread_entry, t.attachment, and_(attachment.object_id == t.thread_entry.c.id, attachment.type == "H")
        )
        .join(t.file, file.id == attachment.file_id)
        .where(t.thread_entry.c.thread_id == thread_id, visible_entries(principal))
        .order_by(attachment.id)
    )


def _attachment_columns() -> list[ColumnElement[Any]]:
    attachment, file = t.attachment.c, t.file.c
    return [
        attachment.id.label("attachment_id"),
        attachment.file_id,
        func.coalesce(attachment.name, file.name).label("name"),
        file.size,
        file.type.label("content_type"),
        attachment.inline,
        file.key,
    ]


def to_attachment(row: Row[Any], url: AttachmentUrl) -> Attachment:
    return Attachment(
        id=row.attachment_id,
        file_id=row.file_id,
        name=row.name or "",
        size=row.size or 0,
        content_type=row.content_type or "application/octet-stream",
        inline=bool(row.inline),
        url=url(row.attachment_id),
    )


def to_entries(tx: Read, principal: Principal, rows: Sequence[Row[Any]], url: AttachmentUrl) -> list[Entry]:
    """Entries from the rows of `read_entries`. Bodies too long for their column are read from their files."""
    hides_agents = not reads_as_agents(principal) and load_config(tx).flag("hide_staff_name")
    long_bodies = read_all(tx, [row.file_id for row in rows if _is_body(row)])
    return [
        _to_entry(group[0], group if group[0].attachment_id is not None else [], url, hides_agents, long_bodies)
        for group in by_entry(rows)
    ]


def _is_body(row: Row[Any]) -> bool:
    """Whether the attachment of this row is the entry's own text. Source: tickets.md 2.5."""
    return row.body == "" and bool(row.inline) and str(row.content_type).startswith("text/")


def by_entry(rows: Iterable[Row[Any]]) -> Iterable[list[Row[Any]]]:
    """The rows of each entry: one for each of its attachments."""
    return (list(group) for _, group in groupby(rows, key=attrgetter("id")))


def _to_entry(
    row: Row[Any],
    attached: Sequence[Row[Any]],
    url: AttachmentUrl,
    hides_agents: bool,
    long_bodies: Mapping[int, bytes],
) -> Entry:
    stored = row.body or b"".join(long_bodies.get(each.file_id, b"") for each in attached).decode(errors="replace")
    hidden = hides_agents and row.staff_id is not None
    urls = {each.key.lower(): url(each.attachment_id) for each in attached if each.key is not None}
    staff = NamedRef(row.staff_id, f"{row.firstname} {row.lastname}".strip()) if row.firstname is not None else None
    return Entry(
        id=row.id,
        type=_TYPES.get(row.type, row.type),
        title=titles.to_text(row.title),
        body=bodies.for_reader(stored, row.format, lambda key: urls.get(key.lower())),
        format="html" if row.format == "html" else "text",
        poster=HIDDEN_AGENT if hidden else row.poster,
        staff=None if hidden else staff,
        user=NamedRef(row.user_id, row.user_name) if row.user_name is not None else None,
        source=_source(row.source),
        parent_id=row.pid,
        is_edited=bool(row.flags & EntryFlag.EDITED),
        is_system=bool(row.flags & EntryFlag.SYSTEM),
        created_at=row.created,
        updated_at=row.updated,
        attachments=[to_attachment(each, url) for each in attached if not _is_body(each)],
    )


def _source(stored: str | None) -> str | None:
    """How an entry came in. The column takes any word, and plugins write their own: those are Other."""
    if not stored:
        return None
    return stored if stored in SOURCES else "Other"
