"""THE list of background jobs: they run in `osticket-api serve`, or in `osticket-api worker` beside several servers."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from osticket_api.audit import chain
from osticket_api.db.engine import Database
from osticket_api.db.unit import Write
from osticket_api.events import feed, presence
from osticket_api.events.binlog.lull import Lull
from osticket_api.events.binlog.source import reader_for
from osticket_api.events.nudge import Nudge
from osticket_api.events.relay import JOB as RELAY
from osticket_api.events.relay import Relay
from osticket_api.events.tailer import Tailer
from osticket_api.events.tracing import leave_traces
from osticket_api.features.auth.api import clear_ended_sessions
from osticket_api.features.files.api import read_all
from osticket_api.features.tickets.api import clear_marks_of_deleted
from osticket_api.jobs.job import Job
from osticket_api.kit.rounds import did
from osticket_api.mail import retention
from osticket_api.mail.capture import CapturedFiles
from osticket_api.mail.delivery import MailWorker
from osticket_api.mail.outbox import JOB as MAIL
from osticket_api.settings import Settings
from osticket_api.settings_relay import RelayTarget
from osticket_api.webhooks import queue
from osticket_api.webhooks.worker import JOB as WEBHOOKS
from osticket_api.webhooks.worker import WebhookWorker

if TYPE_CHECKING:
    from osticket_api.events.nudges import Nudges

_SECONDS_BETWEEN_LOOKS: Final = 0.25
_SECONDS_AT_REST: Final = 1.0
"""While another process has the lease, or the binary log would wake us."""
_SECONDS_BETWEEN_CLEARINGS: Final = 60.0
_SECONDS_BETWEEN_BATCHES: Final = 0.2
_SECONDS_BETWEEN_SEALINGS: Final = 5.0


def nudges_for(settings: Settings) -> "Nudges | None":
    """How processes nudge each other, where there is a Redis for it."""
    address = settings.redis_url.get_secret_value()
    if not address:
        return None
    from osticket_api.events.nudges import Nudges

    return Nudges(address, f"osticket-api:events:{settings.db_database}:{settings.db_prefix}")


def nudging(database: Database, nudges: "Nudges") -> Job:
    """Nudge other processes after each commit, and hear of theirs: caches end, readers of the feed wake."""
    database.before_commit.append(lambda tx: _nudge_after(tx, nudges))
    nudges.on(Nudge.grown, lambda: _wake_readers(database))
    nudges.share_changes(database.changes)
    return Job("nudges", nudges.step)


def _wake_readers(database: Database) -> None:
    """Wake the jobs that read the feed."""
    for name in (WEBHOOKS, RELAY):
        if name in database.wakers:
            database.wakers[name]()


def _nudge_after(tx: Write, nudges: "Nudges") -> None:
    if tx.effects or tx.inserted:
        tx.after_commit(nudges.send, Nudge.changed)


def jobs_for(
    database: Database, settings: Settings, nudge: Callable[[], None], nudges: "Nudges | None" = None
) -> Sequence[Job]:
    """All jobs of one process. Call `nudge` after events were added to the feed, and nudge other processes."""
    database.heeds_switch = True
    jobs = [_clearing(database, settings), _sealing(database)]
    if settings.features_events:
        jobs.append(_tailing(database, settings, nudge, nudges))
    if (target := settings.relay_target) is not None:  # The settings allow a relay only where events are on.
        jobs.append(_relaying(database, target, settings.app_url))
    if settings.features_webhooks:
        jobs.append(_telling(database, settings))
    if database.keeps_mail:
        jobs.append(_mailing(database, settings))
    return jobs


@asynccontextmanager
async def running(jobs: Sequence[Job]) -> AsyncIterator[None]:
    """Run the jobs for the length of a block."""
    for job in jobs:
        job.start()
    try:
        yield
    finally:
        for job in jobs:
            await job.stop()


def _tailing(database: Database, settings: Settings, nudge: Callable[[], None], nudges: "Nudges | None") -> Job:
    lull = Lull(lambda: job.wake())
    tailer = Tailer(database, reader_for(settings, lull.stir))

    async def work() -> float:
        lull.begin()
        if await tailer.step():
            nudge()
            if nudges is not None:
                nudges.send(Nudge.grown)
            _wake_readers(database)
        is_at_rest = tailer.rests or not tailer.leads
        return _SECONDS_AT_REST if is_at_rest else _SECONDS_BETWEEN_LOOKS

    job = Job("events", work, tailer.stop)
    database.before_commit.append(lambda tx: _wake_after(tx, job))
    if nudges is not None:
        nudges.on(Nudge.changed, job.wake)
    return job


def _mailing(database: Database, settings: Settings) -> Job:
    mail_worker = MailWorker(database, settings, read_all)
    files = CapturedFiles(database, settings.data_dir / "mail", read_all) if settings.captures_mail else None

    async def work() -> float:
        pause = await mail_worker.step()
        if files is not None:
            await files.write_new()
        return pause

    job = Job(MAIL, work)
    database.wakers[MAIL] = job.wake
    return job


def _telling(database: Database, settings: Settings) -> Job:
    worker = WebhookWorker(database, settings, lambda: job.wake())
    job = Job(WEBHOOKS, worker.step, worker.stop)
    database.wakers[WEBHOOKS] = job.wake
    return job


def _relaying(database: Database, target: RelayTarget, app_url: str) -> Job:
    relay = Relay(database, target, f"{app_url}/api/v2/events")
    job = Job(RELAY, relay.step, relay.stop)
    database.wakers[RELAY] = job.wake
    return job


def _sealing(database: Database) -> Job:
    async def work() -> float:
        sealed = await database.write(chain.seal)
        did("entries_sealed", int(sealed))
        return _SECONDS_BETWEEN_BATCHES if sealed == chain.BATCH else _SECONDS_BETWEEN_SEALINGS

    return Job("audit", work)


def _wake_after(tx: Write, job: Job) -> None:
    """Wake the jobs as soon as this server commits a change."""
    if tx.effects or tx.inserted:
        tx.after_commit(job.wake)


def _clearing(database: Database, settings: Settings) -> Job:
    async def work() -> float:
        events = await database.write(feed.clear_old, settings.events_retention_days)
        mails = await database.write(retention.clear_old, settings.mail_retention_days)
        deliveries = await database.write(queue.clear_old, settings.events_retention_days)
        marks = await database.write(clear_marks_of_deleted)
        sessions = await database.write(clear_ended_sessions)
        await database.write(presence.clear_ended)
        did("rows_cleared", events + mails + deliveries + marks + sessions)
        return (
            _SECONDS_BETWEEN_BATCHES
            if events or mails or deliveries or marks or sessions
            else _SECONDS_BETWEEN_CLEARINGS
        )

    return Job("clearing", work)


def trace_writes(database: Database) -> None:
    """Mark rows that this process writes, so that the feed recognizes them."""
    if leave_traces not in database.before_commit:
        database.before_commit.append(leave_traces)
