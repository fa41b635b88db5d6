"""`osticket-api secrets rotate`: encrypt the secrets in our tables with another key."""

import asyncio

import typer

from osticket_api.cli.connection import opened_help_desk
from osticket_api.cli.wording import counted
from osticket_api.db.secrets import seal_all
from osticket_api.settings import ConfigurationError, Settings, load

app = typer.Typer(no_args_is_help=True, help="Change the key that encrypts secrets in the database.")


@app.callback()
def secrets() -> None:
    """Change the key that encrypts secrets in the database."""


@app.command()
def rotate() -> None:
    """Encrypt every secret with SECRETS_KEY. Those encrypted with SECRETS_OLD_KEY are decrypted with that one."""
    count = asyncio.run(_rotate(load()))
    typer.echo(f"{counted(count, 'secret')} encrypted with SECRETS_KEY: SECRETS_OLD_KEY is not needed any more")


async def _rotate(settings: Settings) -> int:
    if settings.read_only:
        raise ConfigurationError("READ_ONLY is set: there are no secrets of ours here")
    async with opened_help_desk(settings) as database:
        return await database.write(seal_all)
