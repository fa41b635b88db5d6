"""Occasions for mails: a change leaves one row, in its own transaction, for the people who are to be told.

Nothing is decided or written here. After the commit a worker makes the mails (`making`) and delivers them (`delivery`).

Source: mail.md 9.1
"""

from typing import Any, Final

import msgspec

from osticket_api.access.principal import Principal, Staff, User
from osticket_api.db.secrets import Secret
from osticket_api.db.tables.own_mail import api_mail_occasion
from osticket_api.db.unit import Write, request_id

JOB: Final = "mail"
ACCESS_LINK: Final = "ticket.access_link"
PAGE: Final = "page"
"""The kind of occasion whose text is a page of the help desk, with a link or a code for one person."""


class Occasion(msgspec.Struct, frozen=True, kw_only=True):
    """Something happened. `staff_id` or `user_id` did it; `facts` is what cannot be read later."""

    kind: str
    ticket_id: int | None = None
    task_id: int | None = None
    entry_id: int | None = None
    staff_id: int | None = None
    user_id: int | None = None
    facts: dict[str, Any] = {}


def post(
    tx: Write,
    kind: str,
    actor: Principal,
    *,
    ticket_id: int | None = None,
    task_id: int | None = None,
    entry_id: int | None = None,
    **facts: Any,
) -> None:
    """Leave it to be told that something happened, once this transaction has committed."""
    occasion = Occasion(
        kind=kind,
        ticket_id=ticket_id,
        task_id=task_id,
        entry_id=entry_id,
        staff_id=actor.id if isinstance(actor, Staff) else None,
        user_id=actor.id if isinstance(actor, User) else None,
        facts=facts,
    )
    tx.occasions.append(occasion)
    if not tx.keeps_mail:
        return
    tx.insert(
        api_mail_occasion,
        kind=occasion.kind,
        ticket_id=occasion.ticket_id,
        task_id=occasion.task_id,
        entry_id=occasion.entry_id,
        staff_id=occasion.staff_id,
        user_id=occasion.user_id,
        facts=_stored(tx, kind, msgspec.json.encode(facts)),
        attempts=0,
        due_at=tx.now,
        created_at=tx.now,
        request_id=request_id.get() or None,
    )
    tx.after_commit(tx.wake, JOB)


def _stored(tx: Write, kind: str, facts: bytes) -> bytes:
    return tx.vault.seal(facts, Secret.mail) if kind == PAGE else facts
