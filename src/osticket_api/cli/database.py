"""`osticket-api database`: create a help desk, look after indexes and our own tables."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from time import perf_counter
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from osticket_api.cli.connection import opened
from osticket_api.cli.own_tables import downgrade, migrate, remove
from osticket_api.cli.reindex import reindex
from osticket_api.db import indexes as api_indexes
from osticket_api.db import own
from osticket_api.db.connect import check_schema, find_time_zone
from osticket_api.db.engine import Database
from osticket_api.embedded import DEMO_PASSWORD, NewDesk, add_demo, add_tickets
from osticket_api.embedded import create as create_desk
from osticket_api.embedded.volume import Report
from osticket_api.settings import ConfigurationError, Environment, Settings, load, make_data_folder

app = typer.Typer(no_args_is_help=True, help="Create a help desk, add indexes, look after our own tables.")
app.command("upgrade")(migrate)
app.command("migrate", hidden=True)(migrate)
app.command()(downgrade)
app.command()(remove)
app.command()(reindex)

_console = Console(highlight=False, markup=False, soft_wrap=True)
_DEFAULTS = NewDesk()
_SHORTEST_PASSWORD = 6


@app.command()
def create(
    demo: Annotated[bool, typer.Option("--demo", help="With sample people, tickets and knowledge.")] = False,
    tickets: Annotated[int, typer.Option(min=0, max=5_000_000, help="With so many generated tickets.")] = 0,
    title: Annotated[str, typer.Option(help="Name of the help desk.")] = _DEFAULTS.title,
    url: Annotated[str, typer.Option(help="Where users find it.")] = _DEFAULTS.url,
    timezone: Annotated[str, typer.Option(help="Its time zone, such as Europe/Berlin.")] = _DEFAULTS.timezone,
    admin_username: Annotated[str, typer.Option(help="Name the administrator signs in with.")] = "admin",
    admin_email: Annotated[str, typer.Option(help="The administrator's address.")] = _DEFAULTS.admin_email,
) -> None:
    """Create a help desk in the empty database that the settings name.

    The administrator's password is asked for, or read from ADMIN_PASSWORD.
    """
    settings = load()
    if demo and settings.app_env is Environment.production:
        raise ConfigurationError("--demo is wrong: APP_ENV is production, and the sample people have known passwords")
    desk = NewDesk(
        title=title,
        url=url,
        timezone=timezone,
        admin_username=admin_username,
        admin_email=admin_email,
        admin_password=_password(admin_username),
    )
    if settings.db_connection == "sqlite":
        make_data_folder(settings.sqlite_path.parent)
    asyncio.run(_create(settings, desk, demo=demo, tickets=tickets))
    _console.print(f"{desk.title} is ready. Sign in as {desk.admin_username}.")
    if demo:
        _console.print(f"alice, bob, charlie, dora, uma, ugo and ulf sign in with the password {DEMO_PASSWORD}.")


def _password(username: str) -> str:
    """Never from the command line, which every user of the machine can read."""
    password = os.environ.get("ADMIN_PASSWORD", "")
    if not password and sys.stdin.isatty():
        password = typer.prompt(f"Password for {username}", hide_input=True, confirmation_prompt=True)
    if not password:
        raise ConfigurationError("ADMIN_PASSWORD is missing: set it, or run this where it can be asked for")
    if len(password.encode()) < _SHORTEST_PASSWORD:
        raise ConfigurationError(
            f"ADMIN_PASSWORD is too short: osTicket wants {_SHORTEST_PASSWORD} characters at least"
        )
    return password


async def _create(settings: Settings, desk: NewDesk, *, demo: bool, tickets: int) -> None:
    async with _open(settings, makes_file=True) as database:
        await create_desk(database, desk)
        database.zone = await database.read(find_time_zone, settings.db_timezone)
        await database.write(own.migrate)
        if demo:
            await add_demo(database)
        if tickets:
            with _progress(tickets) as report:
                await add_tickets(database, tickets, report)


@contextmanager
def _progress(total: int) -> Iterator[Report]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_console) as progress:
        task = progress.add_task("Tickets", total=total)

        def report(done: int) -> None:
            progress.update(task, completed=done, description="Tickets" if done < total else "Indexes")

        yield report


@asynccontextmanager
async def _open(settings: Settings, *, changes: bool = True, makes_file: bool = False) -> AsyncIterator[Database]:
    if changes and settings.read_only:
        raise ConfigurationError("READ_ONLY is set: nothing is created, added or dropped")
    async with opened(settings, makes_file=makes_file) as database:
        yield database


@app.command()
def indexes(
    apply: Annotated[bool, typer.Option("--apply", help="Add those that are missing or outdated.")] = False,
    drop: Annotated[bool, typer.Option("--drop", help="Take all of them off again.")] = False,
) -> None:
    """Show the indexes that make lists and statistics of tickets faster, add or drop them.

    osTicket can stay in use meanwhile.
    """
    if apply and drop:
        raise ConfigurationError("Give either --apply or --drop")
    _show(*asyncio.run(_indexes(load(), apply=apply, drop=drop)))


async def _indexes(settings: Settings, *, apply: bool, drop: bool) -> tuple[set[str], set[str]]:
    """The names of those that are there in the end, and of the outdated."""
    async with _open(settings, changes=apply or drop) as database:
        await database.read(check_schema)
        there = await database.read(api_indexes.present)
        removable = there | await database.read(api_indexes.outdated)
        for index in api_indexes.INDEXES if apply or drop else ():
            if index.name in there if apply else index.name not in removable:
                continue
            start = perf_counter()
            await database.write(api_indexes.add if apply else api_indexes.drop, index)
            _console.print(f"{index.name} {'added' if apply else 'dropped'} in {perf_counter() - start:.1f} s")
        return await database.read(api_indexes.present), await database.read(api_indexes.outdated)


def _show(there: set[str], outdated: set[str]) -> None:
    for index in api_indexes.INDEXES:
        state = "there   " if index.name in there else "outdated" if index.name in outdated else "missing "
        _console.print(f"{state} {index.name} on {index.table.name} ({', '.join(index.columns)})")
        _console.print(f"         {index.reason}", style="dim")
