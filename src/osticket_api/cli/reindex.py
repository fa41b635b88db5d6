"""`osticket-api database reindex`: the rows of osTicket's search index, for what lacks one or for everything."""

import asyncio
from dataclasses import dataclass
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from osticket_api.cli.connection import opened
from osticket_api.cli.wording import counted
from osticket_api.db.connect import check_schema, find_time_zone
from osticket_api.db.engine import Database
from osticket_api.errors import NotAvailable
from osticket_api.features.search.api import KINDS, Kind, check_index, count_objects, rebuild_batch
from osticket_api.settings import ConfigurationError, Settings, load

_console = Console(highlight=False, markup=False, soft_wrap=True)
_INTERRUPTED = 130


@dataclass
class _Place:
    """How far a rebuild has come: which kind, and after which id."""

    kind: int = 0
    after: int = 0
    written: int = 0

    def __str__(self) -> str:
        return f"{KINDS[self.kind].letter}:{self.after}"


def reindex(
    everything: Annotated[
        bool, typer.Option("--all", help="Write every row anew, and drop rows of what is gone.")
    ] = False,
    start: Annotated[str, typer.Option("--from", help="Go on where an interrupted run ended, such as H:120000.")] = "",
    batch: Annotated[int, typer.Option(min=1, max=10_000, help="Objects in one transaction.")] = 500,
) -> None:
    """Index tickets, entries, users, organizations and FAQs for the search. osTicket can stay in use meanwhile.

    Without --all, only what has no row yet.
    """
    place = _place(start)
    try:
        asyncio.run(_reindex(load(), place, everything=everything, size=batch))
    except KeyboardInterrupt:
        again = f"osticket-api database reindex{' --all' if everything else ''} --from {place}"
        _console.print(f"Stopped after {counted(place.written, 'row')}. Go on with: {again}")
        raise typer.Exit(_INTERRUPTED) from None
    _console.print(f"{counted(place.written, 'row')} written.")


def _place(text: str) -> _Place:
    if not text:
        return _Place()
    letter, _, after = text.partition(":")
    kinds = [kind.letter for kind in KINDS]
    if letter not in kinds or not (after.isascii() and after.isdigit()):
        raise ConfigurationError(f"--from is one of {', '.join(kinds)}, a colon and an id, such as H:120000")
    return _Place(kinds.index(letter), int(after))


async def _reindex(settings: Settings, place: _Place, *, everything: bool, size: int) -> None:
    if settings.read_only:
        raise ConfigurationError("READ_ONLY is set: the search index is not written")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    async with opened(settings) as database:
        await _prepare(database, settings)
        with Progress(*columns, console=_console) as progress:
            for number in range(place.kind, len(KINDS)):
                await _rebuild(database, KINDS[number], place, progress, everything=everything, size=size)
                if number + 1 < len(KINDS):
                    place.kind, place.after = number + 1, 0


async def _prepare(database: Database, settings: Settings) -> None:
    await database.read(check_schema)
    database.zone = await database.read(find_time_zone, settings.db_timezone)
    try:
        await database.read(check_index)
    except NotAvailable as error:
        raise ConfigurationError(str(error)) from None


async def _rebuild(
    database: Database, kind: Kind, place: _Place, progress: Progress, *, everything: bool, size: int
) -> None:
    task = progress.add_task(kind.name, total=await database.read(count_objects, kind, place.after))
    last: int | None = place.after
    while last is not None:
        done = await database.write(rebuild_batch, kind, last, size, everything=everything)
        last = done.last
        place.after, place.written = last or place.after, place.written + done.written
        progress.advance(task, done.looked_at)
