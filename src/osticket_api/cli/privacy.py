"""`osticket-api privacy`: hand out and erase what is held about a user."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated, TypeVar

import typer

from osticket_api.access.loading import find_staff
from osticket_api.access.principal import Staff
from osticket_api.cli.connection import opened_help_desk
from osticket_api.cli.wording import counted
from osticket_api.db.engine import Database
from osticket_api.db.unit import Read, Write
from osticket_api.features.privacy.api import (
    Mode,
    RetentionRule,
    count_due,
    delete_due,
    erase_user,
    record_export,
    write_archive,
)
from osticket_api.features.users.api import get_user
from osticket_api.settings import ConfigurationError, load

R = TypeVar("R")

app = typer.Typer(no_args_is_help=True, help="Hand out and erase what is held about a user.")

User = Annotated[int, typer.Option(help="The id of the user.")]


@app.command()
def export(user: User, output: Annotated[Path, typer.Option(help="The ZIP archive to write.")]) -> None:
    """Write everything about a user into a ZIP archive: rows as JSON, and files. Only you can read the file."""
    counts = _run(lambda database: _export(database, user, output))
    files = counts.pop("files")
    typer.echo(f"{output}: {counted(sum(counts.values()), 'row')} and {counted(files, 'file')}")


@app.command()
def erase(
    user: User,
    mode: Annotated[Mode, typer.Option(help="Keep the conversations under a pseudonym, or delete them too.")],
    staff: Annotated[int, typer.Option(help="The id of the administrator in whose name it is done.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count the rows.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase a user, for good. The counts are shown first."""

    def preview(tx: Write) -> None:
        _print(_erase(tx, staff, user, mode))

    _run(lambda database: database.dry_run(preview, None))
    if dry_run:
        return
    if not yes:
        typer.confirm(f"Erase user {user}?", abort=True)
    _run(lambda database: database.write(_erase, staff, user, mode))
    typer.echo(f"User {user} is erased.")


@app.command()
def retention(
    days: Annotated[int, typer.Option(min=1, help="Keep tickets for so many days after they were closed.")],
    staff: Annotated[int, typer.Option(help="The id of the administrator in whose name it is done.")],
    status: Annotated[list[str] | None, typer.Option(help="Only of this closed status; may be repeated.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count the tickets.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete tickets that were closed long ago, for good. Their number is shown first."""
    rule = RetentionRule(days, status or ())
    count = _run(lambda database: database.read(_count_due, staff, rule))
    typer.echo(f"{counted(count, 'ticket')} closed more than {counted(days, 'day')} ago")
    if dry_run or not count:
        return
    if not yes:
        typer.confirm("Delete them?", abort=True)
    typer.echo(f"{counted(_run(lambda database: _delete_all(database, staff, rule)), 'ticket')} deleted")


def _count_due(tx: Read, staff_id: int, rule: RetentionRule) -> int:
    _administrator(tx, staff_id)
    return count_due(tx, rule)


async def _delete_all(database: Database, staff_id: int, rule: RetentionRule) -> int:
    deleted = 0
    while count := await database.write(_delete_some, staff_id, rule):
        deleted += count
    return deleted


def _delete_some(tx: Write, staff_id: int, rule: RetentionRule) -> int:
    return delete_due(tx, _administrator(tx, staff_id), rule)


def _erase(tx: Write, staff_id: int, user_id: int, mode: Mode) -> dict[str, int]:
    administrator = _administrator(tx, staff_id)
    return erase_user(tx, administrator, get_user(tx, administrator, user_id), mode)


def _administrator(tx: Read, staff_id: int) -> Staff:
    staff = find_staff(tx, staff_id)
    if staff is None or not staff.is_admin:
        raise ConfigurationError(f"There is no active administrator {staff_id}")
    return staff


def _print(counts: Mapping[str, int]) -> None:
    for table, count in counts.items():
        typer.echo(f"{count:>8} {table}")


async def _export(database: Database, user_id: int, output: Path) -> dict[str, int]:
    counts = await database.read(_write, user_id, output)
    if database.has_own_tables:
        await database.write(record_export, user_id, counts)
    return counts


def _write(tx: Read, user_id: int, output: Path) -> dict[str, int]:
    """Write the archive beside its place first, so that it is there whole or not at all."""
    try:
        with NamedTemporaryFile(dir=output.parent, prefix=".export-", delete=False) as target:
            partial = Path(target.name)
            try:
                counts = write_archive(tx, user_id, target)
            except BaseException:
                partial.unlink()
                raise
        partial.replace(output)
    except OSError as error:
        raise ConfigurationError(f"{output} cannot be written: {(error.strerror or '').lower()}") from None
    return counts


def _run(function: Callable[[Database], Awaitable[R]]) -> R:
    return asyncio.run(_running(function))


async def _running(function: Callable[[Database], Awaitable[R]]) -> R:
    settings = load()
    async with opened_help_desk(settings) as database:
        return await function(database)
