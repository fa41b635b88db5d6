"""Conversations that are poured into another one, and that come back.

Source: tickets.md 2.1, 2.8 and 4.11.3.
"""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import delete, exists, select, update

from osticket_api.db import tables as t
from osticket_api.db.flags import EntryFlag
from osticket_api.db.unit import Read, Write
from osticket_api.kit import php_json


def move_entries(tx: Write, thread_id: int, into: int, *, parent_id: int, number: str) -> None:
    """Move the visible entries of a merged ticket's thread to its parent's, and keep where each came from.

    The thread stays behind with what was hidden, as the thread of a child: it names the parent's id and the child's
    own number.
    """
    entry, merge = t.thread_entry.c, t.thread_entry_merge.c
    visible = (entry.thread_id == thread_id, entry.flags.bitwise_and(EntryFlag.HIDDEN) == 0)
    moved_before = exists().where(merge.thread_entry_id == entry.id)
    came_from = php_json.encode({"thread": thread_id})
    new = tx.scalars(select(entry.id).where(*visible, ~moved_before).order_by(entry.id))
    tx.insert_many(t.thread_entry_merge, [{"thread_entry_id": entry_id, "data": came_from} for entry_id in new])
    tx.change(
        update(t.thread_entry).where(*visible).values(thread_id=into, flags=entry.flags.bitwise_or(EntryFlag.CHILD))
    )
    extra = php_json.encode({"ticket_id": parent_id, "number": number})
    tx.change(update(t.thread).where(t.thread.c.id == thread_id).values(object_type="C", extra=extra))
    tx.note_effect("thread", id=thread_id, merged_into=into)


def note_origin(tx: Write, entry_id: int, thread_id: int) -> None:
    """Keep with an entry of the parent's that it was written to a ticket that is merged into it."""
    entry = t.thread_entry.c
    tx.insert(t.thread_entry_merge, thread_entry_id=entry_id, data=php_json.encode({"thread": thread_id}))
    tx.change(update(t.thread_entry).where(entry.id == entry_id).values(flags=entry.flags.bitwise_or(EntryFlag.CHILD)))


def change_parent(tx: Write, from_parent: int, to_parent: int) -> None:
    """Give the threads that were merged into one ticket another ticket as their parent."""
    for thread_id, extra in _merged_into(tx, from_parent):
        changed = php_json.encode({**extra, "ticket_id": to_parent})
        tx.change(update(t.thread).where(t.thread.c.id == thread_id).values(extra=changed))


def _merged_into(tx: Read, ticket_id: int) -> list[tuple[int, dict[str, object]]]:
    """The threads that were merged into a ticket, also those whose own ticket was deleted."""
    thread = t.thread.c
    rows = tx.rows(
        select(thread.id, thread.extra).where(
            thread.object_type == "C", thread.extra.contains(f'"ticket_id":{ticket_id}', autoescape=True)
        )
    )
    decoded = ((row.id, php_json.decode(row.extra)) for row in rows)
    return [(thread_id, extra) for thread_id, extra in decoded if extra and extra.get("ticket_id") == ticket_id]


def return_entries(tx: Write, thread_id: int, to: Collection[int]) -> None:
    """Move entries back to the threads they came from, as far as these are among `to`; they are merged no longer."""
    if not to:
        return
    entry, merge = t.thread_entry.c, t.thread_entry_merge.c
    rows = tx.rows(
        select(merge.thread_entry_id, merge.data)
        .join_from(t.thread_entry_merge, t.thread_entry, entry.id == merge.thread_entry_id)
        .where(entry.thread_id == thread_id)
    )
    came: dict[int | None, list[int]] = defaultdict(list)
    for row in rows:
        came[(php_json.decode(row.data) or {}).get("thread")].append(row.thread_entry_id)
    for home in to:
        entry_ids = came.get(home, [])
        flags = entry.flags.bitwise_and(~EntryFlag.CHILD)
        tx.change(update(t.thread_entry).where(entry.id.in_(entry_ids)).values(thread_id=home, flags=flags))
        tx.change(delete(t.thread_entry_merge).where(merge.thread_entry_id.in_(entry_ids)))
    tx.change(update(t.thread).where(t.thread.c.id.in_(to)).values(object_type="T", extra=None))
