"""Taking a conversation away with all that hangs on it."""

from sqlalchemy import delete, select, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.features.files import api as files
from osticket_api.search_index import index


def delete_thread(tx: Write, thread_id: int) -> None:
    """Delete a thread: its entries with their files and search rows, who took part, and who could see it.

    Its events stay for the statistics, of no thread any more; so do the message ids of mails, without their headers.
    Source: tickets.md 4.13 (3)
    """
    entry_ids = tx.scalars(select(t.thread_entry.c.id).where(t.thread_entry.c.thread_id == thread_id))
    if entry_ids:
        _delete_entries(tx, thread_id, list(entry_ids))
    for table in (t.thread_collaborator, t.thread_referral):
        tx.change(delete(table).where(table.c.thread_id == thread_id))
    tx.change(update(t.thread_event).where(t.thread_event.c.thread_id == thread_id).values(thread_id=None))
    tx.change(delete(t.thread).where(t.thread.c.id == thread_id))


def _delete_entries(tx: Write, thread_id: int, entry_ids: list[int]) -> None:
    mail, merge = t.thread_entry_email.c, t.thread_entry_merge.c
    index.remove(tx, ("H", entry_ids))
    tx.change(update(t.thread_entry_email).where(mail.thread_entry_id.in_(entry_ids)).values(headers=None))
    tx.change(delete(t.thread_entry_merge).where(merge.thread_entry_id.in_(entry_ids)))
    file_ids = files.detach(tx, entry_ids)
    tx.change(delete(t.thread_entry).where(t.thread_entry.c.thread_id == thread_id))
    files.delete_orphans(tx, file_ids)
