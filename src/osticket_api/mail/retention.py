"""How long mails are kept that are done with, and how many."""

from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, select

from osticket_api.db.tables.own_mail import api_mail_attempt, api_outgoing_mail
from osticket_api.db.unit import Write

MOST_KEPT: Final = 200_000
_AT_ONCE: Final = 500

_mail: Final = api_outgoing_mail.c


def clear_old(tx: Write, days: int, most: int = MOST_KEPT) -> int:
    """Forget one batch of mails that were done with so many days ago, or that are too many. Returns how many.

    Mails that wait to be sent stay.
    """
    is_old = _mail.done_at < tx.now - timedelta(days=days)
    cleared = _clear(tx, is_old)
    if cleared:
        return cleared
    newest_beyond = tx.scalar(select(_mail.id).order_by(_mail.id.desc()).offset(most).limit(1))
    return 0 if newest_beyond is None else _clear(tx, _mail.id <= newest_beyond)


def _clear(tx: Write, condition: ColumnElement[bool]) -> int:
    done = select(_mail.id).where(condition, _mail.done_at.is_not(None)).order_by(_mail.id)
    ids = list(tx.scalars(done.limit(_AT_ONCE)))
    if ids:
        tx.change(delete(api_mail_attempt).where(api_mail_attempt.c.mail_id.in_(ids)))
        tx.change(delete(api_outgoing_mail).where(_mail.id.in_(ids)))
    return len(ids)
