"""Make the mails about what happened, in one transaction for each occasion, so that nobody is told twice.

Source: mail.md 9.1
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import msgspec
import structlog
from sqlalchemy import Row, delete, select, update

from osticket_api.db.secrets import Secret
from osticket_api.db.tables.own_mail import api_mail_occasion, api_outgoing_mail
from osticket_api.db.unit import Read, Write
from osticket_api.events.system_log import log
from osticket_api.mail import letters
from osticket_api.mail.letters import Letter
from osticket_api.mail.masking import masked_subject
from osticket_api.mail.occasions.kinds import KINDS
from osticket_api.mail.occasions.telling import Telling
from osticket_api.mail.outbox import ACCESS_LINK, Occasion
from osticket_api.mail.preloading import preload
from osticket_api.mail.variables.records import ReadFiles, Records

QUEUED: Final = "queued"
STORED: Final = "stored"

_MAX_ATTEMPTS: Final = 5
_PAUSE: Final = timedelta(minutes=1)

_log = structlog.get_logger("mail")


def due_occasions(tx: Read, limit: int) -> list[int]:
    """The ids of what people are to be told of now, in order."""
    occasion = api_mail_occasion.c
    return list(tx.scalars(select(occasion.id).where(occasion.due_at <= tx.now).order_by(occasion.id).limit(limit)))


def make_mails(
    tx: Write, occasion_ids: Sequence[int], *, read_files: ReadFiles, state: str = QUEUED
) -> Sequence[str | None]:
    """Write the mails of some occasions, but of those that another worker tells of.

    Returns the id of the request that led to each occasion, None where no request did.

    Other rows are read once for all occasions.
    """
    of_these = select(api_mail_occasion).where(api_mail_occasion.c.id.in_(occasion_ids))
    rows = tx.claimed_rows(of_these.order_by(api_mail_occasion.c.id))
    occasions = [_occasion(tx, row) for row in rows]
    records = Records(tx, tx.secret_salt, read_files)
    preload(records, occasions)
    written: list[dict[str, Any]] = []
    for row, occasion in zip(rows, occasions, strict=True):
        tx.give_way()
        letters_about = _letters_about(records, occasion)
        written += [_row_of(tx, letter, state) | {"request_id": row.request_id} for letter in letters_about]
    tx.insert_many(api_outgoing_mail, written)
    for row in rows:  # One by one: a list of ids may read the whole table, and wait for rows that others have locked.
        tx.change(delete(api_mail_occasion).where(api_mail_occasion.c.id == row.id))
    return [row.request_id for row in rows]


def _letters_about(records: Records, occasion: Occasion) -> list[Letter]:
    """The mails about an occasion; none when its ticket or task has been deleted meanwhile."""
    telling = Telling(records, occasion)
    try:
        tell = KINDS.get(occasion.kind)
        if tell is None:
            raise ValueError(f"nobody knows how to tell of {occasion.kind}")
        tell(telling)
    except LookupError:
        return []
    return telling.letters


def _occasion(tx: Read, row: Row[Any]) -> Occasion:
    return Occasion(
        kind=row.kind,
        ticket_id=row.ticket_id,
        task_id=row.task_id,
        entry_id=row.entry_id,
        staff_id=row.staff_id,
        user_id=row.user_id,
        facts=msgspec.json.decode(tx.vault.open(bytes(row.facts), Secret.mail)),
    )


def _row_of(tx: Read, letter: Letter, state: str) -> dict[str, Any]:
    return {
        "state": state,
        "template": letter.template[:32],
        "ticket_id": letter.ticket_id,
        "task_id": letter.task_id,
        "entry_id": letter.entry_id,
        "email_id": letter.email_id,
        "message_id": letter.message_id,
        "recipients": " ".join(letter.recipients),
        "subject": masked_subject(letter),
        "content": letters.to_stored(tx.vault, letter),
        "attempts": 0,
        "due_at": tx.now if state == QUEUED else None,
        "created_at": tx.now,
        "done_at": None if state == QUEUED else tx.now,
    }


def put_off(tx: Write, occasion_id: int, why: str) -> None:
    """Try an occasion again later whose mails could not be made; in the end, give it up and tell the system log."""
    occasion = api_mail_occasion.c
    row = tx.locked(select(api_mail_occasion).where(occasion.id == occasion_id))
    if row is None:
        return
    if row.attempts + 1 < _MAX_ATTEMPTS:
        later = tx.now + _PAUSE * 2**row.attempts
        changed = {"attempts": row.attempts + 1, "due_at": later}
        tx.change(update(api_mail_occasion).where(occasion.id == occasion_id).values(changed))
        return
    tx.change(delete(api_mail_occasion).where(occasion.id == occasion_id))
    about = f"ticket {row.ticket_id}" if row.ticket_id else f"task {row.task_id}" if row.task_id else "an account"
    log(tx, "Error", "Mailer Error", f"The mails about {row.kind} of {about} could not be made: {why}")


def note_mails(tx: Write, caller: object) -> None:
    """Say in the effects of a dry run who would get which mail."""
    if not tx.keeps_mail:
        return
    for occasion in tx.occasions:
        if occasion.kind == ACCESS_LINK:  # Anybody may ask for a link, and must not learn whose address is known.
            continue
        for letter in _letters_about(Records(tx, tx.secret_salt), occasion):
            recipients = {"to": [party.address for party in letter.to], "cc": [party.address for party in letter.cc]}
            tx.note_effect("mail", template=letter.template, subject=masked_subject(letter), **recipients)
