"""`osticket-api asyncapi`: the description of the events as a file, without a server or a database."""

import json

from osticket_api.cli.output import Output, print_or_write
from osticket_api.settings import Settings


def asyncapi(output: Output = None) -> None:
    """Print the AsyncAPI description of the events of this version."""
    print_or_write(described(), output)


def described() -> str:
    """The description that a server without settings of its own publishes, the same on every machine."""
    from osticket_api.server.asyncapi import document  # The server, which imports all commands, does without it.

    return json.dumps(document(Settings.model_construct()), ensure_ascii=False, indent=1) + "\n"
