"""Sending a mail again, and keeping one from being sent."""

from typing import Any, Final, Literal

from sqlalchemy import Row, select, update

from osticket_api.access.principal import Principal
from osticket_api.db.tables.own_mail import api_outgoing_mail
from osticket_api.db.unit import Write
from osticket_api.errors import Conflict
from osticket_api.features.outgoing_mails.queries import get_mail, get_row, require_mails
from osticket_api.mail.outbox import JOB

_mail: Final = api_outgoing_mail.c


def retry_mail(tx: Write, actor: Principal, mail_id: int, *, mode: Literal["send", "store", "off"]) -> None:
    """Queue a mail for delivery now, under the Message-ID that it has.

    Raises: NotFound, Conflict for a mail that was sent or is being sent, and where this server does not send.
    Source: mail.md 9.1
    """
    row = _locked(tx, actor, mail_id)
    if mode != "send":
        message = f"This server does not send: MAIL is {mode}. Set MAIL=send, then try again."
        raise Conflict.because(message, code="mail_is_not_sent")
    if row.state == "sent":
        raise Conflict.because("The mail was sent already.", code="mail_was_sent")
    _change(tx, row, state="queued", due_at=tx.now, done_at=None)
    tx.after_commit(tx.wake, JOB)


def cancel_mail(tx: Write, actor: Principal, mail_id: int) -> None:
    """Keep a mail from being sent.

    Raises: NotFound, Conflict for one that does not wait to be sent.
    Source: mail.md 9.1
    """
    row = _locked(tx, actor, mail_id)
    if row.state != "queued":
        raise Conflict.because(
            f"The mail is {row.state}: only a queued one can be cancelled.", code="mail_is_not_queued"
        )
    _change(tx, row, state="cancelled", due_at=None, done_at=tx.now)


def _locked(tx: Write, actor: Principal, mail_id: int) -> Row[Any]:
    """The mail, locked, as no worker has it. Raises: NotFound, Conflict while one has."""
    require_mails(tx)
    row = tx.locked(select(api_outgoing_mail).where(_mail.id == mail_id)) or get_row(tx, mail_id)
    if tx.precondition.is_set:
        tx.precondition.check(get_mail(tx, actor, mail_id))
    if row.leased_until is not None and row.leased_until > tx.now:
        raise Conflict.because("The mail is being sent at this moment. Try again soon.", code="mail_is_being_sent")
    return row


def _change(tx: Write, row: Row[Any], **values: Any) -> None:
    tx.change(update(api_outgoing_mail).where(_mail.id == row.id).values(worker=None, leased_until=None, **values))
    tx.note_effect("outgoing_mail", id=row.id, changed={"state": [row.state, values["state"]]})
