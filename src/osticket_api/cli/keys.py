"""`osticket-api keys`: API keys of ours, and those of osTicket's own table."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from osticket_api.access.permissions import ALONE
from osticket_api.access.principal import ANONYMOUS
from osticket_api.cli.connection import opened_help_desk
from osticket_api.features.api_keys import api as api_keys
from osticket_api.features.api_keys.api import PERMISSIONS, ApiKey, KeyCreate, KeyUpdate, NewApiKey, permission_named
from osticket_api.settings import ConfigurationError, load

R = TypeVar("R")

app = typer.Typer(no_args_is_help=True, help="Make, change and end API keys.")

_console = Console(highlight=False, markup=False, soft_wrap=True)

Key = Annotated[str, typer.Argument(help="The key's reference: 7, or osticket:7 for a row of osTicket's table.")]
Granted = Annotated[list[str], typer.Argument(help="Permissions such as tickets.create, or can_manage_subtickets.")]
Allow = Annotated[
    list[str] | None,
    typer.Option(
        "--allow",
        help=f"A permission, as often as needed. By itself a key can have {', '.join(sorted(ALONE))}; "
        f"with --staff also {', '.join(sorted(PERMISSIONS - ALONE))}, as far as the agent has them.",
    ),
]


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="What the key is for.")],
    allow: Allow = None,
    department: Annotated[list[int] | None, typer.Option(help="Only this department; may be repeated.")] = None,
    network: Annotated[list[str] | None, typer.Option(help="Only from here, as CIDR; may be repeated.")] = None,
    staff: Annotated[int | None, typer.Option(help="Id of the agent whom the key stands for.")] = None,
    rate: Annotated[int | None, typer.Option(help="Requests in one window of the rate limit.")] = None,
    expires: Annotated[str | None, typer.Option(help="When it ends, such as 2027-01-31T00:00:00Z.")] = None,
    notes: Annotated[str, typer.Option(help="Notes about the key.")] = "",
    osticket: Annotated[bool, typer.Option("--osticket", help="In osTicket's table, for one address.")] = False,
) -> None:
    """Make a key, and show it this once."""
    _require_effect(allow or [], staff)
    given = {
        "kind": "osticket" if osticket else "own",
        "name": name,
        "permissions": allow or [],
        "departments": department,
        "networks": network,
        "staff_id": staff,
        "rate_limit": rate,
        "expires_at": expires,
        "notes": notes,
    }
    _show_secret(_run(api_keys.create_key, _checked(KeyCreate, given)))


def _require_effect(allow: list[str], staff: int | None) -> None:
    """Raises: ConfigurationError for a key that could do nothing, or not what it is made for."""
    if not allow:
        raise ConfigurationError(f"--allow is missing: name at least one of {', '.join(sorted(PERMISSIONS))}")
    idle = sorted(_named(allow) - ALONE)
    if staff is None and idle:
        raise ConfigurationError(
            f"--staff is missing: {', '.join(idle)} has no effect on a key that stands for no agent. "
            f"Without --staff a key can have {', '.join(sorted(ALONE))}"
        )


@app.command("list")
def list_() -> None:
    """List all keys."""
    table = Table("key", "name", "begins", "permissions", "networks", "", box=None)
    for key in _run(api_keys.list_keys):
        state = "" if key.is_active else "ended" if key.kind == "own" else "inactive"
        networks = ", ".join(key.networks or ["anywhere"])
        table.add_row(key.reference, key.name, key.prefix, ", ".join(key.permissions), networks, state)
    _console.print(table)


@app.command()
def show(key: Key) -> None:
    """Show what a key may do, without the key itself."""
    _show(_run(api_keys.get_key, key))


@app.command()
def allow(key: Key, permissions: Granted) -> None:
    """Give a key more permissions."""
    _change(key, add=permissions, remove=[])


@app.command()
def deny(key: Key, permissions: Granted) -> None:
    """Take permissions from a key."""
    _change(key, add=[], remove=permissions)


@app.command()
def revoke(key: Key) -> None:
    """End a key for good."""
    _run(api_keys.revoke_key, key)
    _console.print(f"The key {key} has ended.")


@app.command()
def rotate(
    key: Key,
    overlap: Annotated[
        int, typer.Option(min=0, help="Seconds for which the old key stays good beside the new one.")
    ] = 0,
) -> None:
    """Replace a key by a new one with the same rights."""
    _show_secret(_run(api_keys.rotate_key, key, overlap))


def _change(key: str, *, add: list[str], remove: list[str]) -> None:
    present = set(_run(api_keys.get_key, key).permissions)
    wanted = (present | _named(add)) - _named(remove)
    _show(_run(api_keys.update_key, key, _checked(KeyUpdate, {"permissions": sorted(wanted)})))


def _named(permissions: list[str]) -> set[str]:
    try:
        return {permission_named(name) for name in permissions}
    except ValueError as error:
        raise ConfigurationError(str(error)) from None


def _checked(model: Any, given: dict[str, Any]) -> Any:
    """Raises: ConfigurationError with a sentence for each thing that is wrong."""
    try:
        return model.model_validate(given)
    except ValidationError as error:
        problems = (f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise ConfigurationError("\n".join(problems)) from None


def _show_secret(key: NewApiKey) -> None:
    _console.print(key.key)
    Console(stderr=True, highlight=False, markup=False).print("Keep this key: it is not shown again.")


def _show(key: ApiKey) -> None:
    for name in key.__struct_fields__:
        value = getattr(key, name)
        shown = ", ".join(map(str, value)) if isinstance(value, list) else value
        _console.print(f"{name:12} {'-' if shown is None else shown}")


def _run(function: Callable[..., R], *args: Any) -> R:
    return asyncio.run(_running(function, *args))


async def _running(function: Callable[..., R], *args: Any) -> R:
    settings = load()
    async with opened_help_desk(settings) as database:
        return await database.write(function, ANONYMOUS, *args)
