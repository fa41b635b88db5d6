"""The part of osTicket's cron that an API can rightly do. Mail, its log and its sessions stay with PHP.

Source: tickets.md 12 and 5.7.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, exists, select

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.features.files.api import ORPHAN_AGE, delete_orphans
from osticket_api.features.tickets.api import sweep_overdue

_DRAFT_AGE: Final = timedelta(days=14)
_FILES_AT_ONCE: Final = 100


@dataclass(frozen=True)
class Done:
    """How much there was to do."""

    overdue: int
    locks: int
    drafts: int
    files: int


def run_cron(tx: Write) -> Done:
    """Mark overdue tickets, and clear away expired locks, drafts left for two weeks, and files that nothing holds."""
    return Done(sweep_overdue(tx), _delete_expired_locks(tx), _delete_old_drafts(tx), _delete_orphan_files(tx))


def _delete_expired_locks(tx: Write) -> int:
    return tx.change(delete(t.lock).where(t.lock.c.expire < tx.now))


def _delete_old_drafts(tx: Write) -> int:
    """Delete drafts that are old. Their attachments stay, as in osTicket."""
    draft, limit = t.draft.c, tx.now - _DRAFT_AGE
    return tx.change(
        delete(t.draft).where((draft.updated < limit) | (draft.updated.is_(None) & (draft.created < limit)))
    )


def _delete_orphan_files(tx: Write) -> int:
    """Uploads that were never attached, and files whose last thread is gone."""
    file = t.file.c
    attached = exists().where(t.attachment.c.file_id == file.id)
    is_orphan = (file.ft == "T", file.created < tx.now - ORPHAN_AGE, ~attached)
    ids = tx.scalars(select(file.id).where(*is_orphan).order_by(file.id).limit(_FILES_AT_ONCE))
    delete_orphans(tx, ids)
    return len(ids)
