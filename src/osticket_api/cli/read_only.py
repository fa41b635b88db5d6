"""`osticket-api read-only`: switch changes off, and on again, in every server and worker of the help desk."""

import asyncio
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console

from osticket_api.cli.connection import opened
from osticket_api.db import own, switch
from osticket_api.settings import ConfigurationError, Settings, load

_console = Console(highlight=False, markup=False, soft_wrap=True)


class Position(StrEnum):
    on = "on"
    off = "off"


def read_only(
    position: Annotated[Position | None, typer.Argument(help="Without it, the position is shown.")] = None,
) -> None:
    """Switch changes off for a while: `on`, and `off` when they may go on. Servers hear of it within a second.

    Meanwhile changes are answered with 503 and Retry-After, and no mail and no webhook is sent. Commands still work.
    """
    settings = load()
    if settings.read_only:
        raise ConfigurationError("READ_ONLY is set: this server changes nothing, whatever the switch says")
    since = asyncio.run(_turned(settings, position))
    _console.print(
        "Changes are on." if since is None else f"Changes are switched off since {since:%Y-%m-%d %H:%M} UTC."
    )


async def _turned(settings: Settings, position: Position | None) -> datetime | None:
    async with opened(settings) as database:
        found = await database.read(own.version)
        if found != own.HEAD:
            raise ConfigurationError(own.sentence_about(found))
        database.share_changes()
        if position is not None:
            await database.write(switch.turn_on if position is Position.on else switch.turn_off)
        return await database.read(switch.on_since)
