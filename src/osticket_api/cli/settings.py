"""`osticket-api settings`: every setting with its default and its meaning."""

from pathlib import Path
from typing import Annotated

import typer

from osticket_api.settings_reference import env_example


def settings(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write instead of printing.")
    ] = None,
) -> None:
    """Print every setting with its default and its meaning, as a settings file to start from."""
    if output is None:
        typer.echo(env_example(), nl=False)
    else:
        output.write_text(env_example(), encoding="utf-8")
