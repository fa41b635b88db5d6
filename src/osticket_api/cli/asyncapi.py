"""`osticket-api asyncapi`: the description of the events as a file, without a server or a database."""

import json
from pathlib import Path
from typing import Annotated

import typer

from osticket_api.server.asyncapi import document
from osticket_api.settings import Settings


def asyncapi(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write instead of printing.")
    ] = None,
) -> None:
    """Print the AsyncAPI description of the events of this version."""
    text = described()
    if output is None:
        typer.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")


def described() -> str:
    """The description that a server without settings of its own publishes, the same on every machine."""
    return json.dumps(document(Settings.model_construct()), ensure_ascii=False, indent=1) + "\n"
