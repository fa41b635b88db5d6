"""`osticket-api audit`: verify, export and prune the audit log."""

import asyncio
import csv
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated, Final, TypeVar

import msgspec
import typer

from osticket_api.audit import chain
from osticket_api.cli.connection import opened_help_desk
from osticket_api.cli.wording import counted
from osticket_api.db.engine import Database
from osticket_api.db.unit import Write
from osticket_api.features.audit_log.api import entries_after
from osticket_api.settings import ConfigurationError, load
from osticket_api.web.export import harmless

R = TypeVar("R")

app = typer.Typer(no_args_is_help=True, help="Verify, export and prune the audit log.")

_BATCH: Final = 500


@app.command()
def verify(
    expect: Annotated[str | None, typer.Option(help="The newest hash, as it was noted elsewhere.")] = None,
) -> None:
    """Look whether an entry was changed or taken out. Exit code 1 if so."""
    verdict = _run(lambda database: database.read(chain.verify))
    faults = list(verdict.faults)
    if expect is not None and not _run(lambda database: database.read(chain.has_hash, expect)):
        faults.append("The hash that was noted is not in the chain: its end was cut off.")
    for fault in faults:
        typer.echo(fault, err=True)
    typer.echo(f"{counted(verdict.entries, 'sealed entry', 'sealed entries')}, newest hash {verdict.head}")
    if faults:
        raise typer.Exit(1)


@app.command()
def prune(days: Annotated[int, typer.Option(min=1, help="Keep the entries of so many days.")]) -> None:
    """Forget old entries. The chain goes on, and an entry tells how many were forgotten."""

    def unit(tx: Write) -> int:
        return chain.prune(tx, tx.now - timedelta(days=days))

    typer.echo(f"{counted(_run(lambda database: database.write(unit)), 'entry', 'entries')} forgotten")


@app.command()
def export(
    csv_: Annotated[bool, typer.Option("--csv", help="As CSV instead of JSON lines.")] = False,
    after: Annotated[int, typer.Option(help="Only entries with a greater id.")] = 0,
) -> None:
    """Print the entries, oldest first."""
    _run(lambda database: _print(database, csv_, after))


async def _print(database: Database, as_csv: bool, after: int) -> None:
    writer = csv.writer(sys.stdout)
    has_names = False
    while entries := await database.read(entries_after, after, _BATCH):
        for entry in entries:
            if not as_csv:
                typer.echo(msgspec.json.encode(entry))
                continue
            values = {**msgspec.to_builtins(entry), "changes": msgspec.json.encode(entry.changes).decode()}
            if not has_names:
                writer.writerow(values)
                has_names = True
            writer.writerow(harmless(value) if isinstance(value, str) else value for value in values.values())
        after = entries[-1].id


def _run(function: Callable[[Database], Awaitable[R]]) -> R:
    return asyncio.run(_running(function))


async def _running(function: Callable[[Database], Awaitable[R]]) -> R:
    settings = load()
    async with opened_help_desk(settings) as database:
        if not database.has_own_tables:
            raise ConfigurationError("There is no audit log here: the server is attached read-only")
        return await function(database)
