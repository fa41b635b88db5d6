"""`osticket-api doctor`: look for what is wrong, and say how to mend it."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from osticket_api.cli.connection import DatabaseUnreachable, opened
from osticket_api.doctor.findings import Finding, Level, failure, worst
from osticket_api.settings import ConfigurationError, Settings, load

_EXIT_CODES = {Level.ok: 0, Level.warning: 1, Level.failure: 2}
"""The exit codes of monitoring plugins: fine, warning, critical."""
_AGAIN = "Fix that, then run this command again."
_STYLES = {Level.ok: "green", Level.warning: "yellow", Level.failure: "red"}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Look at settings, database, mail, cron and disk, change nothing, and say how to mend what is wrong.

    The exit code is 0 where all is well, 1 for warnings, 2 for failures.
    """
    findings = _examine()
    level = worst(findings)
    if as_json:
        told = {"level": level, "findings": [asdict(each) for each in findings]}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _show(findings)
    raise typer.Exit(_EXIT_CODES[level])


def _examine() -> Sequence[Finding]:
    try:
        settings = load()
    except ConfigurationError as error:
        return [failure("settings", str(error), _AGAIN)]
    return asyncio.run(_examine_all(settings))


async def _examine_all(settings: Settings) -> Sequence[Finding]:
    # Loaded by need: the server, which imports all commands, does without Redis.
    from osticket_api.doctor.examination import examine_database, examine_host

    found = await examine_host(settings)
    try:
        async with opened(settings) as database:
            return [*found, *await examine_database(database, settings)]
    except DatabaseUnreachable as error:
        return [*found, failure("connection", str(error), "Nothing else can be looked at without the database.")]
    except ConfigurationError as error:
        return [*found, failure("database", str(error), _AGAIN)]


def _show(findings: Sequence[Finding]) -> None:
    console = Console(highlight=False, soft_wrap=True, markup=False)
    for each in findings:
        console.print(f"{each.level:<8} {each.check}: {each.message}", style=_STYLES[each.level])
        if each.mend:
            console.print(f"         {each.mend}", style="dim")
