"""`osticket-api attach`: from an installed osTicket to a server that works beside it."""

import asyncio
import os
from collections.abc import Iterator
from itertools import chain, repeat
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from osticket_api.attach.attaching import Found, can_send_mail, create_own_tables, find, settings_from
from osticket_api.attach.env_file import render
from osticket_api.attach.installation import read_installation
from osticket_api.attach.survey import Survey
from osticket_api.db import own
from osticket_api.db.failures import sentence_about_engines
from osticket_api.kit.private_file import write_private
from osticket_api.mail.sentence import sentence_about_mail
from osticket_api.settings import ENV_FILE, ConfigurationError

_ELSEWHERE = "storage-fs: where this host sees its folder; storage-s3: with osticket-api[s3]; others are not read"


def attach(
    path: Annotated[Path, typer.Argument(help="osTicket's folder, the include folder in it, or ost-config.php.")],
    read_only: Annotated[bool, typer.Option("--read-only", help="Change nothing: no tables, no writes.")] = False,
    env_file: Annotated[Path, typer.Option(help="Where to write the settings.")] = Path(ENV_FILE),
    force: Annotated[bool, typer.Option("--force", help="Replace a settings file that is there.")] = False,
    db_host: Annotated[str, typer.Option(help="Use this instead of osTicket's DBHOST: host, host:port, /socket.")] = "",
) -> None:
    """Work beside an installed osTicket: look at its database, write the settings, create our own tables."""
    _check_place(env_file, force=force)
    found = asyncio.run(find(read_installation(path), db_host))
    console = Console(highlight=False, markup=False, soft_wrap=True)
    console.print(_report(found, read_only=read_only))
    values = found.values(read_only=read_only)
    settings = settings_from(values)
    console.print(f"Mail: {sentence_about_mail(settings, can_send=asyncio.run(can_send_mail(settings)))}.")
    if not read_only:
        asyncio.run(create_own_tables(settings))
        console.print(f"Created: {', '.join(own.table_names())}. `osticket-api database remove` drops them.")
    _write(env_file, render(values, f"Made by osticket-api attach {path}. Secret."), force=force)
    console.print(f"Created: {env_file}, the settings, readable by you alone. Start with `osticket-api serve`.")


def _check_place(env_file: Path, *, force: bool) -> None:
    """Check, before anything is changed, that the settings file can be written. Raises: ConfigurationError."""
    if env_file.exists() and not force:
        raise _taken(env_file)
    if not os.access(env_file.absolute().parent, os.W_OK):
        raise ConfigurationError(f"{env_file} cannot be written: its folder is missing, or closed to this user")


def _write(env_file: Path, text: str, *, force: bool) -> None:
    try:
        write_private(env_file, text, replace=force)
    except FileExistsError:
        raise _taken(env_file) from None
    except OSError as error:
        raise ConfigurationError(f"{env_file} cannot be written: {error.strerror}") from None


def _taken(env_file: Path) -> ConfigurationError:
    return ConfigurationError(f"{env_file} is there already: give --force to replace it, or another --env-file")


def _report(found: Found, *, read_only: bool) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for name, text in (*_facts(found), *_abilities(found, read_only=read_only)):
        table.add_row(name, text)
    return table


def _facts(found: Found) -> Iterator[tuple[str, str]]:
    seen = found.survey
    yield "osTicket", f"{seen.osticket_version} ({found.installation.file})"
    yield "Help desk", f"{seen.title} {seen.url}".strip()
    yield "Database", f"{found.installation.database} at {found.endpoint}, {seen.server_version}"
    yield "Table prefix", found.installation.prefix or "none"
    yield "Time zone", str(seen.zone)
    yield "Content", ", ".join(f"{name}: {count}" for name, count in seen.counts.items())
    yield "Plugins", _plugins(seen)
    yield "Ticket locks", seen.lock_mode
    yield "Files kept by", ", ".join(f"{letter}: {count}" for letter, count in seen.storage.items()) or "nothing yet"
    yield "Answer tables", _listed(_answer_tables(seen, there=True))
    yield "Beyond osTicket", _listed([*seen.schema.extra_tables, *seen.schema.extra_columns])


def _plugins(seen: Survey) -> str:
    return _listed([f"{each.name} {each.version}{'' if each.is_active else ' (off)'}" for each in seen.plugins])


def _answer_tables(seen: Survey, *, there: bool) -> list[str]:
    return [name for name, found in seen.optional_tables.items() if name.endswith("__cdata") and found is there]


def _listed(names: list[str]) -> str:
    return ", ".join(names) or "none"


def _writing(seen: Survey) -> str:
    if not seen.tables_without_transactions:
        return "yes"
    return f"limited. {sentence_about_engines(seen.tables_without_transactions)}"


def _not_enforced(seen: Survey) -> Iterator[str]:
    """Name what an administrator might rely on and osticket-api does not enforce."""
    if plugins := [each.name for each in seen.plugins if each.is_active]:
        yield f"what plugins do in PHP ({_listed(plugins)}) is not done here"
    if seen.people_of_other_backends:
        people = f"{seen.people_of_other_backends} people whose passwords a plugin keeps"
        yield f"{people} sign in by its directory or an identity provider, once these are set up"
    yield "rates, permissions of our keys and the audit log hold for this server, not for osTicket's own pages and API"
    yield "HTTPS is not demanded until FORCE_HTTPS=true"


_SOURCES = {"tables": "the tables", "binlog": "the binary log"}


def _abilities(found: Found, *, read_only: bool) -> Iterator[tuple[str, str]]:
    seen = found.survey
    yield "Reading", "yes"
    yield "Database user may", _listed(seen.grants)
    yield "Writing", "no: attached read-only" if read_only else _writing(seen)
    yield "Events", "no" if read_only else f"yes, by {_SOURCES[found.settings.events_source]}; {seen.event_source}"
    yield "Sign-in", "limited: again whenever a token has expired" if read_only else "yes"
    yield "API keys", "limited: those of osTicket only" if read_only else "yes"
    yield "Full-text search", "yes" if seen.has_search else "limited: osTicket has not built its search index"
    if missing := _answer_tables(seen, there=False):
        yield "Lists", f"slower until osTicket has rebuilt {', '.join(missing)}"
    if seen.file_count_elsewhere:
        yield "Attachments", f"limited: {seen.file_count_elsewhere} files are kept by storage plugins ({_ELSEWHERE})"
    yield from zip(chain(["Not enforced"], repeat("")), _not_enforced(seen), strict=False)
    if found.installation.trusted_proxies.strip() == "*":
        yield "Trusted proxies", "none: osTicket trusts everyone, name your proxies in TRUSTED_PROXIES"
