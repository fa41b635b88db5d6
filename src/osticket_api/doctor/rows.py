"""The doctor's checks of rows: orphaned rows, and work that osTicket's cron has left undone."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, exists, func, not_, or_, select

from osticket_api.db import tables as t
from osticket_api.db.tables.own_mail import api_outgoing_mail
from osticket_api.db.tables.own_webhooks import api_webhook
from osticket_api.db.unit import Read
from osticket_api.doctor.findings import Finding, ok, warning
from osticket_api.events import feed
from osticket_api.mail.accounts import routes
from osticket_api.settings import Settings

_CRON_HOURS: Final = 6
"""How long things may wait for osTicket's cron, which should run every few minutes."""


def orphans(tx: Read, settings: Settings) -> Iterator[Finding]:
    found = {name: tx.scalar(statement) for name, statement in _orphans().items()}
    counts = ", ".join(f"{count} {name}" for name, count in found.items() if count)
    if counts:
        mend = "Orphaned rows do no harm here; look at the rows before you delete them, after a backup."
        yield warning("orphaned rows", counts, mend)
    else:
        yield ok("orphaned rows", "none")


def _orphans() -> dict[str, Select[Any]]:
    thread, entry, file = t.thread.c, t.thread_entry.c, t.file.c
    return {
        "tickets without a conversation": _count(
            t.ticket, not_(exists().where(thread.object_id == t.ticket.c.ticket_id, thread.object_type == "T"))
        ),
        "conversations without a ticket": _count(
            t.thread, thread.object_type == "T", not_(exists().where(t.ticket.c.ticket_id == thread.object_id))
        ),
        "entries without a conversation": _count(t.thread_entry, not_(exists().where(thread.id == entry.thread_id))),
        "attachments without a file": _count(t.attachment, not_(exists().where(file.id == t.attachment.c.file_id))),
        "files without their content": _count(
            t.file, file.bk == "D", file.size > 0, not_(exists().where(t.file_chunk.c.file_id == file.id))
        ),
    }


def _count(table: Any, *conditions: ColumnElement[bool]) -> Select[Any]:
    return select(func.count()).select_from(table).where(*conditions)


def cron(tx: Read, settings: Settings) -> Iterator[Finding]:
    """osTicket writes down nowhere when its cron ran: what it should have done by now tells. Source: tickets.md 12"""
    before = tx.now - timedelta(hours=_CRON_HOURS)
    ticket, status = t.ticket.c, t.ticket_status.c
    is_open = ticket.status_id.in_(select(status.id).where(status.state == "open"))
    is_late = or_(ticket.duedate < before, (ticket.duedate.is_(None)) & (ticket.est_duedate < before))
    late = tx.scalar(_count(t.ticket, is_open, is_late, ticket.isoverdue == 0))
    sessions = tx.scalar(_count(t.session, t.session.c.session_expire < before))
    waiting = [f"{late} late tickets not marked overdue"] if late else []
    waiting += [f"{sessions} ended sessions not cleaned up"] if sessions else []
    if waiting:
        message = f"it has not run for {_CRON_HOURS} hours or more: {', '.join(waiting)}"
        mend = "Run osTicket's api/cron.php every five minutes, or let a scheduler call `POST /api/tasks/cron`."
        yield warning("cron", message, mend)
    else:
        yield ok("cron", f"nothing has waited for it longer than {_CRON_HOURS} hours")


def jobs(tx: Read, settings: Settings) -> Iterator[Finding]:
    """Whoever appends to the feed of events runs the other jobs too."""
    if settings.jobs or not (tx.has_own_tables and settings.features_events):
        return
    if feed.is_led(tx):
        yield ok("jobs", "a worker, or another server, runs them")
    else:
        mend = "Run `osticket-api worker`, or let the server run them: JOBS=on."
        yield warning("jobs", "JOBS is off and no worker runs: nothing is mailed, and nobody hears of changes", mend)


def mail_accounts(tx: Read, settings: Settings) -> Iterator[Finding]:
    if settings.mail_mode != "send":
        yield ok("mail", f"MAIL is {settings.mail_mode}: nothing is sent")
        return
    account = t.email_account.c
    senders = tx.scalars(select(account.email_id).where(account.type == "smtp", account.active == 1).distinct())
    unusable = [email_id for email_id in senders if not routes(tx, email_id)]
    if settings.mail_sendmail and not senders:
        yield ok("mail", f"no address has an SMTP account: {settings.mail_sendmail} takes all mails")
    elif not senders:
        yield warning("mail", "no address has an SMTP account that is switched on", "Set one up in osTicket's Emails.")
    elif unusable:
        mend = "Check SECRET_SALT, and save the password of the account again; `osticket-api mail test` tries it."
        yield warning("mail", f"the credentials of the addresses {unusable} cannot be read", mend)
    else:
        yield ok("mail", f"{len(senders)} addresses can send")
    failing = tx.rows(
        select(account.email_id, account.last_error_msg).where(account.num_errors > 0, account.active == 1)
    )
    for row in failing:
        mend = "Try the account in osTicket's Emails."
        yield warning(
            "mail", f"osTicket had errors with an account of address {row.email_id}: {row.last_error_msg}", mend
        )


def queues(tx: Read, settings: Settings) -> Iterator[Finding]:
    if settings.read_only or not tx.has_own_tables:
        return
    failed = tx.scalar(_count(api_outgoing_mail, api_outgoing_mail.c.state == "failed"))
    if failed:
        yield warning("queues", f"{failed} mails could not be sent", "See `osticket-api mail list --state failed`.")
    paused = tx.scalar(_count(api_webhook, not_(api_webhook.c.is_active), api_webhook.c.pause_reason.is_not(None)))
    if paused:
        yield warning("queues", f"{paused} webhooks are paused", "See `GET /api/v2/webhooks` for the reason.")
    if not failed and not paused:
        yield ok("queues", "no mail failed, no webhook is paused")
