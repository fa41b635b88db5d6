"""`osticket-api openapi`: the description of the API as a file, without a server or a database."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from osticket_api.cli.output import Output, print_or_write
from osticket_api.server.app import create_app
from osticket_api.settings import Settings


def openapi(output: Output = None) -> None:
    """Print the OpenAPI description of this version."""
    print_or_write(described(), output)


def described() -> str:
    """The description that a server without settings of its own publishes, the same on every machine."""
    from osticket_api.server.openapi import document  # The server, which imports all commands, does without it.

    with TemporaryDirectory() as directory:
        settings = Settings.model_construct(data_dir=Path(directory))
        made = document(create_app(settings))
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"
