"""Reading outgoing mails."""

from collections.abc import Sequence
from datetime import datetime
from email import message_from_bytes
from email.policy import default as default_policy
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, literal, select, true

from osticket_api.access.principal import Principal
from osticket_api.db.tables.own_mail import api_mail_attempt, api_outgoing_mail
from osticket_api.db.unit import Read
from osticket_api.errors import Faults, NotAvailable, NotFound
from osticket_api.features.outgoing_mails.requests import MailQuery
from osticket_api.features.outgoing_mails.responses import (
    Attempt,
    MailFile,
    MailHeader,
    OutgoingMail,
    OutgoingMailDetail,
)
from osticket_api.mail.letters import Letter, from_stored
from osticket_api.mail.masking import masked
from osticket_api.mail.mime import to_bytes
from osticket_api.query.filtering import FilterReader
from osticket_api.query.listing import Listing
from osticket_api.query.ordering import sort_keys
from osticket_api.query.small_lists import read_page
from osticket_api.web.paging import Page

_mail = api_outgoing_mail.c
_SHOWN = [column for column in _mail if column.name != "content"]


def list_mails(tx: Read, principal: Principal, query: MailQuery) -> Page[OutgoingMail]:
    """The page of mails that the query asks for. Raises: Invalid, NotAvailable."""
    require_mails(tx)
    faults = Faults()
    tickets = FilterReader(tx, principal, query, faults).references({"ticket_id": (_mail.ticket_id, {})})
    wanted = [true(), *tickets, *_conditions(query)]
    faults.raise_if_any()
    columns = {"id": _mail.id, "created_at": _mail.created_at}
    listing = Listing(principal, query, _mail.id, sort_keys(query.sort, columns), wanted)
    return read_page(tx, listing, select(*_SHOWN), _to_responses)


def _conditions(query: MailQuery) -> list[ColumnElement[bool]]:
    found = [_mail[name] == value for name in ("state", "template") if (value := getattr(query, name)) is not None]
    if query.recipient is not None:
        whole = literal(" ").concat(_mail.recipients).concat(" ")
        found.append(whole.icontains(f" {query.recipient.strip()} ", autoescape=True))
    return found


def get_mail(tx: Read, principal: Principal, mail_id: int) -> OutgoingMailDetail:
    """A mail with what it says, secret codes masked, and the attempts to deliver it. Raises: NotFound, NotAvailable."""
    row = get_row(tx, mail_id)
    letter = masked(from_stored(tx.vault, row.content))
    attempt = api_mail_attempt.c
    attempts = tx.rows(select(api_mail_attempt).where(attempt.mail_id == mail_id).order_by(attempt.id))
    return OutgoingMailDetail(
        **msgspec.structs.asdict(_to_response(row)),
        headers=_headers(letter, row.created_at),
        text=letter.text,
        html=letter.html,
        files=[
            MailFile(file_id=file.file_id, name=file.name, type=file.type, is_inline=file.content_id is not None)
            for file in letter.files
        ],
        deliveries=[
            Attempt(at=each.at, through=each.through, outcome=each.outcome, answer=each.answer) for each in attempts
        ],
    )


def get_row(tx: Read, mail_id: int) -> Row[Any]:
    """Raises: NotFound, NotAvailable."""
    require_mails(tx)
    row = tx.row(select(api_outgoing_mail).where(_mail.id == mail_id))
    if row is None:
        raise NotFound.because(f"There is no outgoing mail {mail_id}.")
    return row


def require_mails(tx: Read) -> None:
    """Raises: NotAvailable where there is no table of mails."""
    if not tx.has_own_tables:
        raise NotAvailable.because("This server is attached read-only and mails nothing.")


def _headers(letter: Letter, moment: datetime) -> list[MailHeader]:
    """The headers as mail programs show them, without those that describe the parts."""
    message = message_from_bytes(to_bytes(letter, {}, moment), policy=default_policy)
    return [
        MailHeader(name=name, value=str(value))
        for name, value in message.items()
        if not name.lower().startswith(("content-", "mime-"))
    ]


def _to_responses(rows: Sequence[Row[Any]]) -> list[OutgoingMail]:
    return [_to_response(row) for row in rows]


def _to_response(row: Row[Any]) -> OutgoingMail:
    return OutgoingMail(
        id=row.id,
        state=row.state,
        template=row.template,
        subject=row.subject,
        recipients=row.recipients.split(),
        waiting_for=(row.waiting or "").split(),
        message_id=row.message_id,
        ticket_id=row.ticket_id,
        task_id=row.task_id,
        entry_id=row.entry_id,
        attempts=row.attempts,
        next_attempt_at=row.due_at,
        created_at=row.created_at,
        done_at=row.done_at,
    )
