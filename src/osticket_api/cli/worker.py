"""`osticket-api worker`: what goes on beside requests, in a process of its own."""

import asyncio
import os
import signal
from typing import TYPE_CHECKING, Final

from rich.console import Console
from sqlalchemy import exc

from osticket_api.cli.connection import require_file, sentence_about
from osticket_api.db.connect import open_database, prepare
from osticket_api.db.engine import Database
from osticket_api.errors import Unavailable
from osticket_api.events.binlog.source import require_source
from osticket_api.server import logging
from osticket_api.server.jobs import jobs_for, nudges_for, nudging, running
from osticket_api.server.reporting import error_reports_of, tracing_of
from osticket_api.settings import ConfigurationError, Settings, load

if TYPE_CHECKING:
    from osticket_api.server.tracing import Tracing

NICE: Final = 10
"""How much further back the system puts this process than servers, for which somebody waits, where cores are short."""

_console = Console(highlight=False, soft_wrap=True)


def worker() -> None:
    """Run the background jobs (events, mail, webhooks) in a process of their own, beside servers."""
    settings = load()
    if settings.read_only:
        raise ConfigurationError("READ_ONLY is set: a worker has to write, so there is nothing for it to do")
    require_file(settings)
    logging.set_up(settings.log_level)
    reports, tracing = error_reports_of(settings), tracing_of(settings)
    logging.report_errors_to(reports)
    os.nice(NICE)
    asyncio.run(_work(settings, tracing))
    if reports is not None:
        asyncio.run(reports.close())


async def _work(settings: Settings, tracing: "Tracing | None") -> None:
    database = open_database(settings)
    if tracing is not None:
        tracing.start(database)
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    try:
        await _prepare(database, settings)
        await require_source(settings)
        nudges = nudges_for(settings)
        jobs = jobs_for(database, settings, lambda: None, nudges)
        async with running([*jobs, nudging(database, nudges)] if nudges is not None else jobs):
            _console.print("working")
            await ended.wait()
    finally:
        await database.close()
        if tracing is not None:
            await tracing.close()


async def _prepare(database: Database, settings: Settings) -> None:
    """Raises: ConfigurationError with what to check where the database does not answer."""
    try:
        await prepare(database, settings)
    except Unavailable as error:
        raise ConfigurationError(sentence_about(settings, error.__cause__)) from None
    except exc.DBAPIError as error:
        raise ConfigurationError(sentence_about(settings, error)) from None
