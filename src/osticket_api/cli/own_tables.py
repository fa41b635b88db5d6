"""`osticket-api database upgrade`, `downgrade` and `remove`: our own tables in an attached osTicket's database."""

import asyncio
from collections.abc import Callable
from typing import Annotated

import typer
from rich.console import Console

from osticket_api.cli.connection import opened
from osticket_api.db import own
from osticket_api.db.connect import check_schema, downgrade_own_tables, migrate_own_tables
from osticket_api.db.unit import Write
from osticket_api.kit.vault import Vault
from osticket_api.settings import ConfigurationError, load

_console = Console(highlight=False, markup=False, soft_wrap=True)


def migrate() -> None:
    """Create the tables of osticket-api, or bring them up to date."""
    asyncio.run(_change(_migrate))
    _console.print(f"The tables of osticket-api are at version {own.HEAD}.")


def downgrade(
    version: Annotated[str, typer.Argument(help="The version that the older osticket-api needs, such as 0009.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask: what came after that version is lost.")] = False,
) -> None:
    """Take the tables of osticket-api back to an older version, before an older osticket-api is installed.

    Stop the server first. Tables and columns that came after that version are dropped with all they hold.
    """
    if not yes:
        typer.confirm(f"Drop what the tables of osticket-api have held since version {version}?", abort=True)
    asyncio.run(_change(lambda tx: downgrade_own_tables(tx, version)))
    _console.print(f"The tables of osticket-api are at version {version}.")


def remove(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask: sign-ins, keys and kept answers are lost.")] = False,
) -> None:
    """Drop the tables of osticket-api with all they hold. Nothing of osTicket is touched."""
    if not yes:
        typer.confirm("Drop the tables of osticket-api with all sign-ins and keys?", abort=True)
    asyncio.run(_change(own.remove))
    _console.print("The tables of osticket-api are gone.")


def _migrate(tx: Write) -> None:
    check_schema(tx)
    migrate_own_tables(tx)


async def _change(change: Callable[[Write], None]) -> None:
    settings = load()
    if settings.read_only:
        raise ConfigurationError("READ_ONLY is set: the tables of osticket-api are neither made, changed nor removed")
    async with opened(settings) as database:
        database.vault = Vault(settings.secrets_keys())
        await database.write(change)
