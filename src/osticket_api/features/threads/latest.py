"""The last words of many conversations at once, as a list shows them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import Row, Select, and_, func, select

from osticket_api.access.principal import Principal
from osticket_api.access.scope import Scope, kept_scope, reads_as_agents, visible_entries
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.statements import any_numbered, in_literals, listed_ids, numbered
from osticket_api.db.unit import Read
from osticket_api.features.files.api import read_all
from osticket_api.features.threads import bodies
from osticket_api.features.threads.queries import HIDDEN_AGENT
from osticket_api.kit import html
from osticket_api.web.responses import NamedRef

_BEGINNING: Final = 4000
"""Characters of a stored body that surely hold a preview."""
_PREVIEW: Final = 200


class LastMessage(msgspec.Struct, kw_only=True):
    """The newest message or response of a conversation."""

    id: int
    type: Literal["message", "response"]
    preview: str
    """The beginning of its text, without markup, in one line."""
    poster: str
    staff: NamedRef | None
    user: NamedRef | None
    created_at: datetime


def read_latest(tx: Read, principal: Principal, thread_ids: Sequence[int]) -> dict[int, LastMessage]:
    """The newest message or response that the caller may read, by thread: one query, a second where a body is long."""
    if not thread_ids:
        return {}
    scope, caller = kept_scope(principal)
    threads = numbered("listed_thread", thread_ids)
    rows = tx.prepared(_select_latest(scope, len(threads)), {**threads, **caller})
    hides_agents = not reads_as_agents(principal) and load_config(tx).flag("hide_staff_name")
    long_bodies = _long_bodies(tx, [row.id for row in rows if row.beginning == ""])
    return {row.thread_id: _to_message(row, long_bodies.get(row.id, ""), hides_agents) for row in rows}


@lru_cache(maxsize=64)
def _select_latest(scope: Scope, count: int) -> Select[Any]:
    """The query of `read_latest`, for so many `numbered` threads."""
    entry, latest = t.thread_entry.c, t.thread_entry.alias("latest")
    newest = (
        select(entry.id)
        .where(entry.thread_id == t.thread.c.id, in_literals(entry.type, ("M", "R")), visible_entries(scope))
        .order_by(entry.created.desc(), entry.id.desc())
        .limit(1)
        .correlate(t.thread)
        .scalar_subquery()
    )
    found = latest.c
    return (
        select(
            found.id, found.thread_id, found.type, found.poster, found.format, found.staff_id, found.user_id,
            found.created, func.substr(found.body, 1, _BEGINNING).label("beginning"),
            t.staff.c.firstname, t.staff.c.lastname, t.user.c.name.label("user_name"),
        )
        .select_from(
            t.thread.join(latest, found.id == newest)
            .outerjoin(t.staff, t.staff.c.staff_id == found.staff_id)
            .outerjoin(t.user, t.user.c.id == found.user_id)
        )
        .where(any_numbered(t.thread.c.id, "listed_thread", count))
    )  # fmt: skip


def _long_bodies(tx: Read, entry_ids: Sequence[int]) -> Mapping[int, str]:
    """Bodies that are too long for their column, by entry. Source: tickets.md 2.5."""
    if not entry_ids:
        return {}
    attachment, file = t.attachment.c, t.file.c
    rows = tx.rows(
        select(attachment.object_id, attachment.file_id)
        .join_from(t.attachment, t.file, file.id == attachment.file_id)
        .where(
            and_(attachment.type == "H", attachment.inline == 1, file.type.like("text/%")),
            listed_ids(attachment.object_id, entry_ids),
        )
    )
    contents = read_all(tx, [row.file_id for row in rows])
    return {row.object_id: contents.get(row.file_id, b"")[: 4 * _BEGINNING].decode(errors="replace") for row in rows}


def _to_message(row: Row[Any], long_body: str, hides_agents: bool) -> LastMessage:
    is_hidden = hides_agents and row.staff_id is not None
    has_staff = row.firstname is not None and not is_hidden
    return LastMessage(
        id=row.id,
        type="message" if row.type == "M" else "response",
        preview=_preview(row.beginning or long_body, row.format),
        poster=HIDDEN_AGENT if is_hidden else row.poster,
        staff=NamedRef(row.staff_id, f"{row.firstname} {row.lastname}".strip()) if has_staff else None,
        user=NamedRef(row.user_id, row.user_name) if row.user_name is not None else None,
        created_at=row.created,
    )


def _preview(stored: str, format: str) -> str:
    if stored == bodies.NOTHING:
        return ""
    text = html.to_text(_without_cut_tag(stored) if format == "html" else stored)
    return text if len(text) <= _PREVIEW else text[: _PREVIEW - 1].rstrip() + "…"


def _without_cut_tag(beginning: str) -> str:
    """HTML without a tag that its cut has left open at the end."""
    start = beginning.rfind("<")
    return beginning[:start] if start > beginning.rfind(">") else beginning
