"""Erasing what the help desk holds about a user: under a pseudonym, or with everything."""

from typing import Any, Final, Literal

from sqlalchemy import Table, delete, func, select, update

from osticket_api.access.principal import Staff
from osticket_api.audit.changes import changes_of
from osticket_api.db import tables as t
from osticket_api.db.dialect import has_table
from osticket_api.db.tables import own
from osticket_api.db.tables.own_attention import api_read_mark
from osticket_api.db.tables.own_audit import api_audit
from osticket_api.db.tables.own_events import api_event, api_trace
from osticket_api.db.tables.own_mail import api_mail_attempt, api_mail_occasion, api_outgoing_mail
from osticket_api.db.tables.own_sign_on import api_identity
from osticket_api.db.tables.own_webhooks import api_delivery, api_stream_ticket
from osticket_api.db.unit import Read, Write
from osticket_api.features.forms import api as forms
from osticket_api.features.privacy.archive import tables_of
from osticket_api.features.privacy.mentions import replace_mentions
from osticket_api.features.privacy.records import Records, records_of
from osticket_api.features.user_tickets.api import delete_with_tickets
from osticket_api.features.users.api import UserState, cancel_tokens, end_sessions
from osticket_api.search_index import index

Mode = Literal["pseudonymise", "delete"]

_BATCH: Final = 500
_OURS: Final = (
    api_mail_attempt, api_outgoing_mail, api_mail_occasion, api_delivery, api_event, api_read_mark, api_stream_ticket,
    api_trace, own.api_idempotency, own.api_upload, api_identity, own.api_session,
)  # fmt: skip
"""Our own tables whose rows about the user go, whichever way: those that others are found by come last.

What the feed knows of the row (`api_copy`) stays for it to compare: receivers must hear that somebody was erased.
"""
_KEYS: Final = {
    api_event: "number",
    api_read_mark: "ticket_id",
    own.api_upload: "file_id",
    api_stream_ticket: "ticket_hash",
}


def erase_user(tx: Write, actor: Staff, user: UserState, mode: Mode) -> dict[str, int]:
    """Erase a user. Returns how many rows of each table were about them.

    `delete` deletes their tickets with all that was written there. `pseudonymise` leaves the conversations, under a
    name that says nothing: addresses, account, answers about the user, notes and what is in our own tables go. The
    audit log stays, whichever way: it is the record that this was done.

    Raises: Forbidden for what the agent may not delete.
    """
    records = records_of(tx, user.id)
    counts = _count(tx, records)
    entries = list(tx.scalars(records.entries))
    if tx.has_own_tables:
        _erase_ours(tx, records)
    _erase_traces(tx, records, entries)
    replace_mentions(tx, records, _pseudonym(user.id))
    if mode == "delete":
        delete_with_tickets(tx, actor, user)
    else:
        _pseudonymise(tx, user)
    for table, count in counts.items():
        tx.note_effect("rows", table=table, count=count, mode=mode)
    # The audit entry of this transaction must not repeat what is erased.
    done = {"kind": "privacy_erase", "user_id": user.id, "mode": mode, "staff_id": actor.id, "rows": counts}
    changes_of(tx)[:] = [done]
    return counts


def _count(tx: Read, records: Records) -> dict[str, int]:
    wanted = {table: condition for table, condition in tables_of(tx, records).items() if table is not api_audit}
    counts = {
        table.name: int(tx.scalar(select(func.count()).select_from(table).where(condition)))
        for table, condition in wanted.items()
    }
    return {name: count for name, count in counts.items() if count}


def _erase_ours(tx: Write, records: Records) -> None:
    found = records.ours()
    for table in _OURS:
        ids = [row[0] for row in tx.rows(select(_key(table)).where(found[table]))]
        for start in range(0, len(ids), _BATCH):
            condition = _key(table).in_(ids[start : start + _BATCH])
            tx.change(delete(table).where(condition, *_of_person(table, records)))


def _key(table: Table) -> Any:
    """The column that tells the rows of a table apart among those of one person."""
    return table.c[_KEYS.get(table, "id")]


def _of_person(table: Table, records: Records) -> list[Any]:
    """The rest of the condition where the key is one of several columns."""
    if table in (api_read_mark, own.api_upload):
        return [table.c.principal == records.key]
    return []


def _erase_traces(tx: Write, records: Records, entry_ids: list[int]) -> None:
    """Addresses that stand beside what was written, and what was not sent."""
    pseudonym = _pseudonym(records.user_id)
    entry, mail = t.thread_entry.c, t.thread_entry_email.c
    for start in range(0, len(entry_ids), _BATCH):
        some = entry_ids[start : start + _BATCH]
        of_user = update(t.thread_entry).where(entry.id.in_(some), entry.user_id == records.user_id)
        tx.change(of_user.values(poster=pseudonym, ip_address=""))
        tx.change(update(t.thread_entry).where(entry.id.in_(some)).values(recipients=None))
        tx.change(update(t.thread_entry_email).where(mail.thread_entry_id.in_(some)).values(headers=None))
    tx.change(update(t.ticket).where(t.ticket.c.user_id == records.user_id).values(ip_address=""))
    event = t.thread_event.c
    acted = update(t.thread_event).where(event.uid_type == "U", event.uid == records.user_id)
    tx.change(acted.values(username=pseudonym))
    tx.change(delete(t.draft).where(records.osticket()[t.draft]))


def _pseudonymise(tx: Write, user: UserState) -> None:
    end_sessions(tx, user.id)
    cancel_tokens(tx, user.id)
    tx.change(delete(t.user_account).where(t.user_account.c.user_id == user.id))
    tx.change(delete(t.note).where(t.note.c.ext_id == f"U{user.id}"))
    forms.delete_entries(tx, "U", user.id)
    if has_table(tx, t.user_cdata):
        tx.change(delete(t.user_cdata).where(t.user_cdata.c.user_id == user.id))
    _rename(tx, user.id)
    index.remove(tx, ("U", [user.id]))


def _rename(tx: Write, user_id: int) -> None:
    """Give the user a pseudonym and an address that belongs to nobody, since osTicket does not cope with a user without
    an address.
    """
    email, address = t.user_email.c, f"erased-{user_id}@erased.invalid"
    kept = tx.scalar(select(t.user.c.default_email_id).where(t.user.c.id == user_id))
    tx.change(delete(t.user_email).where(email.user_id == user_id, email.id != kept))
    tx.change(update(t.user_email).where(email.id == kept, email.user_id == user_id).values(address=address))
    renamed = {"name": _pseudonym(user_id), "updated": tx.now}
    tx.change(update(t.user).where(t.user.c.id == user_id).values(renamed))
    tx.change(update(t.ticket).where(t.ticket.c.user_id == user_id).values(user_email_id=kept or 0))


def _pseudonym(user_id: int) -> str:
    return f"Erased user {user_id}"
