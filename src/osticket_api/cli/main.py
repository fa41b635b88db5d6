"""The command line. Each command is a function in a module of its own; this is the list of them."""

import sys

import typer
from rich.console import Console

from osticket_api import __version__
from osticket_api.cli import database, keys
from osticket_api.cli.attach import attach
from osticket_api.cli.serve import demo, serve
from osticket_api.errors import ApiError
from osticket_api.settings import ConfigurationError

typer_app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
typer_app.command()(serve)
typer_app.command()(demo)
typer_app.command()(attach)
typer_app.add_typer(database.app, name="database")
typer_app.add_typer(keys.app, name="keys")


@typer_app.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


def app() -> None:
    """Run a command. What an administrator can mend is one sentence on standard error, and exit code 2."""
    try:
        typer_app()
    except (ConfigurationError, ApiError) as error:
        Console(stderr=True, highlight=False, markup=False, soft_wrap=True).print(f"osticket-api: {error}")
        sys.exit(2)
