"""`osticket-api events`: fill the feed in from before it began."""

import asyncio
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console

from osticket_api.cli.connection import opened_help_desk
from osticket_api.cli.wording import counted
from osticket_api.events.backfill import backfill
from osticket_api.settings import ConfigurationError, load

app = typer.Typer(no_args_is_help=True, help="Look after the feed of events.")

_console = Console(highlight=False, markup=False, soft_wrap=True)


@app.callback()
def _group() -> None:
    """Keeps `rewind` a command of its own, while it is the only one."""


@app.command()
def rewind(
    since: Annotated[datetime, typer.Option(help="From when on, in the help desk's time zone: 2026-01-31.")],
) -> None:
    """Add to the feed what happened before it began, as far as osTicket recorded it.

    It comes after what is in the feed already, with `origin` history; webhooks and open streams are not told of it.
    Running it again adds nothing twice. It may run beside servers.
    """
    count = asyncio.run(_rewound(since))
    _console.print(f"{counted(count, 'event')} added.")


async def _rewound(since: datetime) -> int:
    settings = load()
    if settings.read_only:
        raise ConfigurationError("READ_ONLY is set: this server keeps no feed")
    async with opened_help_desk(settings) as database:
        return await backfill(database, since.replace(tzinfo=database.zone) if since.tzinfo is None else since)
