"""Telling users: the owner of a ticket and those who take part.

Source: mail.md 1.2 to 1.4 and 5.4
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, select

from osticket_api.db import tables as t
from osticket_api.kit.names import FORMATS
from osticket_api.mail.letters import Party
from osticket_api.mail.occasions.telling import Recipients, Telling, Tied
from osticket_api.mail.variables.language import Html, Value
from osticket_api.mail.variables.people import Collaborator, Owner, Scene
from osticket_api.mail.variables.scenes import read_by_user

_ANONYMOUS = {f"recipient.name.{format}": "Collaborator" for format in (*FORMATS, "original")}
"""Several collaborators get the same text, so none of them is called by name."""

_SIGNED_BY_DEPARTMENT = ("dept", "department")


def owner_in(telling: Telling, scene: Scene) -> Owner | None:
    """The ticket's owner as the reader of a mail."""
    row = telling.records.user(telling.ticket.user_id)
    return None if row is None else Owner(scene, row, telling.ticket)


def read_by_owner(telling: Telling) -> Scene:
    return read_by_user(telling.scene, telling.ticket.user_id)


def signature(telling: Telling, wanted: str | None, agent: Row[Any] | None = None) -> Html:
    """The agent's own signature (`mine`), the department's where it is public, or none."""
    department = telling.department
    if wanted == "mine":
        return Html(agent.signature or "") if agent is not None else Html()
    if wanted in _SIGNED_BY_DEPARTMENT and department is not None and department.ispublic:
        return Html(department.signature or "")
    return Html()


@dataclass(frozen=True)
class Listed:
    """One mail's list of recipients. `reader` is the person the text is written for."""

    recipients: Recipients
    reader: Value
    scene: Scene
    is_owner_alone: bool = False
    fixed: Mapping[str, str] = field(default_factory=dict)


def listed(telling: Telling, reply_to: str, only: Sequence[int] | None, *, without: int | None = None) -> Listed | None:
    """The owner in To and active collaborators in Cc, as `reply_to` says; None when nobody is left.

    `only`: user ids of the collaborators who get it. `without`: the user who wrote it.
    """
    records, ticket = telling.records, telling.ticket
    owner = owner_in(telling, read_by_owner(telling))
    wants_owner = owner is not None and reply_to in ("all", "user") and ticket.user_id != without
    others: list[Row[Any]] = []
    if reply_to in ("all", "collabs", "collaborators"):
        chosen = records.collaborators_of(telling.thread_id)
        others = [each for each in chosen if (only is None or each.user_id in only) and each.user_id != without]
    people = [Collaborator(telling.scene, each, ticket.ticket_id) for each in others]
    cc = [Party(each.user.address, each.user.text()) for each in people if each.user is not None]
    to = [Party(owner.address, owner.text())] if owner is not None and wants_owner else []
    if not to and not cc:
        return None
    recipients = Recipients(to=to, cc=cc, kind="M")
    if wants_owner or without is None:
        return Listed(recipients, owner, read_by_owner(telling), wants_owner and not cc)
    last = Collaborator(read_by_user(telling.scene, others[-1].user_id), others[-1], ticket.ticket_id)
    return Listed(recipients, last, last.scene, fixed=_ANONYMOUS)


def newest_mail(telling: Telling, *, user_id: int | None = None) -> str | None:
    """The Message-ID of the newest message that came by mail, by anyone or by this user. Source: mail.md 5.3"""
    mails = telling.records.mails_of(telling.thread_id)
    return _in_brackets(next((mail.mid for mail in mails if user_id in (None, mail.user_id)), None))


def mail_of(telling: Telling, entry_id: int) -> str | None:
    """The Message-ID of the mail that an entry came by."""
    mail = t.thread_entry_email.c
    return _in_brackets(telling.records.tx.scalar(select(mail.mid).where(mail.thread_entry_id == entry_id).limit(1)))


def _in_brackets(mid: str | None) -> str | None:
    return f"<{mid.strip('<>')}>" if mid else None


def tied_to(telling: Telling, entry_id: int, *, in_reply_to: str | None = None) -> Tied:
    """Tie a mail to an entry of the conversation."""
    return Tied(entry_id=entry_id, thread_id=telling.thread_id, in_reply_to=in_reply_to)
