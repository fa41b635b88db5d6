"""Many generated tickets, for measurements: the same ones every time for the same number and day."""

import asyncio
import random
from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

from sqlalchemy import Table, func, select, text

from osticket_api.db import tables as t
from osticket_api.db.engine import Database
from osticket_api.db.unit import Read, Write
from osticket_api.embedded.schema import create_indexes, drop_indexes
from osticket_api.embedded.volume.bulk import COLUMNS, Batch, insert_batch
from osticket_api.embedded.volume.calendar import WorkingCalendar
from osticket_api.embedded.volume.history import Historian, Ids
from osticket_api.embedded.volume.numbers import ticket_numbers
from osticket_api.embedded.volume.random_tickets import TicketGenerator
from osticket_api.embedded.volume.words import Writer
from osticket_api.embedded.volume.world import populate

Report = Callable[[int], None]
"""Is told how many tickets have been written so far."""

_BATCH_SIZE = 2_000


async def add_tickets(database: Database, count: int, report: Report = lambda done: None) -> None:
    """Add so many tickets of the last two years, with the users, agents and departments they need.

    For a help desk that nobody uses yet: the indexes of the large tables are missing meanwhile.
    """
    historian, teller = await database.write(_prepare, count)
    await database.write(drop_indexes, COLUMNS)
    try:
        await _write(database, historian.record(teller.generate(count), _BATCH_SIZE), report)
    finally:
        for table in COLUMNS:
            await database.write(create_indexes, [table])
    await database.write(_analyze)


async def _write(database: Database, batches: Iterator[Batch], report: Report) -> None:
    """Insert batch after batch, while the next one is made up."""
    done = 0
    coming = asyncio.create_task(asyncio.to_thread(next, batches, None))
    while batch := await coming:
        coming = asyncio.create_task(asyncio.to_thread(next, batches, None))
        await database.write(insert_batch, batch)
        done += batch.ticket_count
        report(done)


def _prepare(tx: Write, count: int) -> tuple[Historian, TicketGenerator]:
    draw = random.Random(count)  # noqa: S311
    writer = Writer(draw)
    world = populate(tx, count, writer)
    zone = tx.scalar(select(t.config.c.value).where(t.config.c.key == "default_timezone")) or "UTC"
    calendar = WorkingCalendar(tx.now, ZoneInfo(zone), tx.zone)
    numbers = ticket_numbers(count, set(tx.scalars(select(t.ticket.c.number))))
    historian = Historian(_next_ids(tx), numbers, calendar, writer)
    return historian, TicketGenerator(world, writer, draw, calendar.present)


def _next_ids(tx: Read) -> Ids:
    def following(table: Table) -> int:
        return int(tx.scalar(select(func.max(table.primary_key.columns.values()[0]))) or 0) + 1

    return Ids(following(t.ticket), following(t.thread), following(t.thread_entry), following(t.form_entry))


def _analyze(tx: Write) -> None:
    """Update the statistics of the tables, by which the optimizer chooses indexes."""
    names = ", ".join(tx.dialect.identifier_preparer.quote(table.name) for table in COLUMNS)
    tx.connection.execute(text("ANALYZE" if tx.is_sqlite else f"ANALYZE TABLE {names}"))
