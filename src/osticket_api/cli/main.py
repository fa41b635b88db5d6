"""The command line. Each command is a function in a module of its own; this is the list of them."""

import sys
from typing import Annotated

import typer
from rich.console import Console

from osticket_api import __version__
from osticket_api.cli import audit, database, events, keys, mail, privacy, secrets
from osticket_api.cli.asyncapi import asyncapi
from osticket_api.cli.attach import attach
from osticket_api.cli.doctor import doctor
from osticket_api.cli.mcp import mcp
from osticket_api.cli.openapi import openapi
from osticket_api.cli.read_only import read_only
from osticket_api.cli.serve import demo, serve
from osticket_api.cli.settings import settings
from osticket_api.cli.worker import worker
from osticket_api.errors import ApiError
from osticket_api.server import logging
from osticket_api.settings import ConfigurationError

typer_app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
typer_app.command()(serve)
typer_app.command()(demo)
typer_app.command()(attach)
typer_app.command()(worker)
typer_app.command()(doctor)
typer_app.command("read-only")(read_only)
typer_app.command()(openapi)
typer_app.command()(asyncapi)
typer_app.command()(mcp)
typer_app.command()(settings)
typer_app.add_typer(audit.app, name="audit")
typer_app.add_typer(database.app, name="database")
typer_app.add_typer(events.app, name="events")
typer_app.add_typer(keys.app, name="keys")
typer_app.add_typer(mail.app, name="mail")
typer_app.add_typer(privacy.app, name="privacy")
typer_app.add_typer(secrets.app, name="secrets")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@typer_app.callback()
def main(
    version: Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True)] = False,
) -> None:
    """A REST API server beside osTicket, on the same database."""


@typer_app.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


def app() -> None:
    """Run a command. What an administrator can mend is one sentence on standard error, and exit code 2."""
    logging.set_up("info")
    try:
        typer_app()
    except (ConfigurationError, ApiError) as error:
        Console(stderr=True, highlight=False, markup=False, soft_wrap=True).print(f"osticket-api: {error}")
        sys.exit(2)
