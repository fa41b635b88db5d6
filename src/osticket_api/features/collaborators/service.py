"""The collaborators of a conversation, and whom an entry is addressed to. Source: tickets.md 2.4 and 7."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal

from sqlalchemy import Row, Select, bindparam, delete, select, update

from osticket_api.access.principal import Principal, Staff
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.flags import CollaboratorFlag
from osticket_api.db.identity import row_named
from osticket_api.db.unit import Read, Write
from osticket_api.events.recording import Subject, record
from osticket_api.features.threads.api import Recipients
from osticket_api.features.users.api import KnownUser, find_named_user, find_user

ReplyTo = Literal["all", "user", "collaborators", "none"]


@dataclass(frozen=True)
class Collaborator:
    """Somebody who takes part in a thread. Who is not active gets no mail, but still has access."""

    id: int
    user_id: int
    name: str
    email: str | None
    is_active: bool
    created_at: datetime | None

    @property
    def mailbox(self) -> str:
        return f"{self.name} <{self.email or ''}>"


def list_collaborators(tx: Read, thread_id: int, *, limit: int | None = None, offset: int = 0) -> list[Collaborator]:
    """Everybody who takes part in a thread beside its owner, in the order they came."""
    of_thread = {"thread_id": thread_id}
    if limit is None:
        return [_collaborator(row) for row in tx.prepared(_select(), of_thread)]
    return [_collaborator(row) for row in tx.rows(_select().limit(limit).offset(offset), of_thread)]


def find_collaborator(tx: Read, thread_id: int, collaborator_id: int) -> Collaborator | None:
    row = tx.row(_select().where(t.thread_collaborator.c.id == collaborator_id), {"thread_id": thread_id})
    return _collaborator(row) if row else None


@cache
def _select() -> Select[Any]:
    """Everybody who takes part in the thread that the parameter `thread_id` names."""
    collaborator, user, address = t.thread_collaborator.c, t.user.c, t.user_email.c
    return (
        select(
            collaborator.id, collaborator.user_id, collaborator.flags, collaborator.created, user.name, address.address
        )
        .join_from(t.thread_collaborator, t.user, user.id == collaborator.user_id)
        .outerjoin(t.user_email, address.id == user.default_email_id)
        .where(collaborator.thread_id == bindparam("thread_id"))
        .order_by(collaborator.id)
    )  # fmt: skip


def _collaborator(row: Row[Any]) -> Collaborator:
    return Collaborator(
        row.id, row.user_id, row.name, row.address, bool(row.flags & CollaboratorFlag.ACTIVE), row.created
    )


def add(
    tx: Write, subject: Subject, actor: Principal, owner_id: int | None, user: KnownUser, *, key: str | None = None
) -> bool:
    """Add a user as a collaborator. Returns False for a user who is one already, or owns the ticket.

    `key`: what the event calls them instead of their id.
    Effects: a `collab` event. Where agents shall not be collaborators and no agent adds them, they are inactive.
    """
    if not join(tx, subject, actor, owner_id, user):
        return False
    record(tx, "collab", subject, actor, data={"add": {str(user.id) if key is None else key: {"name": user.name}}})
    return True


def join(tx: Write, subject: Subject, actor: Principal, owner_id: int | None, user: KnownUser) -> bool:
    """Add a user as `add` does, but without an event, for callers that record one event for several users."""
    collaborator = t.thread_collaborator.c
    present = select(collaborator.id).where(
        collaborator.thread_id == subject.thread_id, collaborator.user_id == user.id
    )
    if user.id == owner_id or tx.scalar(present) is not None:
        return False
    active = 0 if _is_kept_out(tx, actor, subject, user) else CollaboratorFlag.ACTIVE
    tx.insert(
        t.thread_collaborator,
        thread_id=subject.thread_id,
        user_id=user.id,
        role="M",
        flags=CollaboratorFlag.CC | active,
        created=tx.now,
        updated=tx.now,
    )
    tx.note_effect("collaborator", added={"user_id": user.id})
    return True


def _is_kept_out(tx: Read, actor: Principal, subject: Subject, user: KnownUser) -> bool:
    if isinstance(actor, Staff) or subject.kind != "T" or not load_config(tx).flag("disable_agent_collabs"):
        return False
    return row_named(tx, select(t.staff.c.staff_id), t.staff.c.email, user.email) is not None


def add_all(tx: Write, subject: Subject, actor: Principal, owner_id: int | None, user_ids: Sequence[int]) -> None:
    """Add each of these users as a collaborator."""
    for user_id in user_ids:
        user = find_user(tx, user_id=user_id)
        if user is not None:
            add(tx, subject, actor, owner_id, user)


def add_named(tx: Write, subject: Subject, actor: Principal, owner_id: int | None, user_ids: Sequence[int]) -> None:
    """Add those of these users whom the actor sees as collaborators."""
    for user_id in user_ids:
        user = find_named_user(tx, actor, user_id)
        if user is not None:
            add(tx, subject, actor, owner_id, user)


def choose_active(tx: Write, thread_id: int, active_user_ids: Collection[int]) -> None:
    """Make exactly these users' participation active. Source: tickets.md 3.1."""
    for each in list_collaborators(tx, thread_id):
        set_active(tx, each, each.user_id in active_user_ids)


def set_active(tx: Write, collaborator: Collaborator, is_active: bool) -> None:
    """Switch mails to a collaborator on or off. Only a change is written."""
    if collaborator.is_active == is_active:
        return
    column = t.thread_collaborator.c
    flags = (
        column.flags.bitwise_or(CollaboratorFlag.ACTIVE)
        if is_active
        else column.flags.bitwise_and(~CollaboratorFlag.ACTIVE)
    )
    tx.change(update(t.thread_collaborator).where(column.id == collaborator.id).values(flags=flags, updated=tx.now))
    tx.note_effect("collaborator", id=collaborator.id, changed={"is_active": [collaborator.is_active, is_active]})


def remove(tx: Write, subject: Subject, actor: Principal, collaborator: Collaborator) -> None:
    """Remove a collaborator. Source: tickets.md 7."""
    tx.change(delete(t.thread_collaborator).where(t.thread_collaborator.c.id == collaborator.id))
    record(tx, "collab", subject, actor, data={"del": {str(collaborator.user_id): {"name": collaborator.name}}})


def recipients(
    tx: Read,
    thread_id: int,
    owner: KnownUser | None,
    reply_to: ReplyTo,
    *,
    only: Collection[int] | None = None,
    without: int | None = None,
) -> Recipients:
    """Whom an entry goes to. `only` narrows the collaborators to these users; `without` leaves the author out."""
    chosen = Recipients()
    if reply_to in ("all", "user") and owner is not None and owner.id != without:
        chosen.to[owner.id] = owner.mailbox
    if reply_to in ("all", "collaborators"):
        for each in list_collaborators(tx, thread_id):
            if each.is_active and each.user_id != without and (only is None or each.user_id in only):
                chosen.cc[each.id] = each.mailbox
    return chosen
