"""The option of commands that print a generated text, or write it to a file."""

from pathlib import Path
from typing import Annotated

import typer

Output = Annotated[Path | None, typer.Option("--output", "-o", help="The file to write instead of printing.")]


def print_or_write(text: str, output: Path | None) -> None:
    """Print a text as it is, or write it to a file."""
    if output is None:
        typer.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
