"""The examination: every check in its order. A check that fails ends no other."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Final

from sqlalchemy import exc

from osticket_api.db import own
from osticket_api.db.connect import has_osticket_tables
from osticket_api.db.engine import Database
from osticket_api.db.unit import Read
from osticket_api.doctor import database as on_server
from osticket_api.doctor import host, rows
from osticket_api.doctor.event_source import examine_source
from osticket_api.doctor.findings import Finding, failure
from osticket_api.doctor.replica import examine_replica
from osticket_api.doctor.sign_in import examine_sign_in
from osticket_api.doctor.storage import examine_files
from osticket_api.errors import Unavailable
from osticket_api.settings import ConfigurationError, Settings

_HOST: Final = (host.environment, host.disk, host.open_files, host.redis)
_SERVER: Final = (on_server.server_version, on_server.schema)
_DATABASE: Final = (
    *_SERVER,
    on_server.own_tables,
    on_server.time_zone,
    on_server.clock,
    on_server.character_sets,
    on_server.storage_engines,
    on_server.rights,
    on_server.missing_indexes,
    rows.orphans,
    rows.cron,
    rows.jobs,
    rows.mail_accounts,
    rows.queues,
)

_FURTHER: Final = {
    "replica": examine_replica,
    "event source": examine_source,
    "sign-in": examine_sign_in,
    "file storage": examine_files,
}

Check = Callable[[Read, Settings], Iterator[Finding]]


async def examine_host(settings: Settings) -> list[Finding]:
    """Run the checks that need no database."""
    found = [finding for check in _HOST for finding in check(settings)]
    return [*found, *await host.relay(settings)]


async def examine_database(database: Database, settings: Settings) -> Sequence[Finding]:
    """Run the checks of the database. Raises: Unavailable when it does not answer."""
    database.secret_salt = settings.salt() if settings.mail_mode == "send" else ""
    database.has_own_tables = await database.read(own.is_current)
    found: list[Finding] = []
    has_osticket = await database.read(has_osticket_tables)
    for check in _DATABASE if has_osticket else _SERVER:
        found += await _one(check.__name__, database.read(_listed, check, settings))
    for name, examine in _FURTHER.items() if has_osticket else ():
        found += await _one(name, examine(database, settings))
    return found


def _listed(tx: Read, check: Check, settings: Settings) -> Sequence[Finding]:
    return list(check(tx, settings))


async def _one(name: str, examination: Awaitable[Sequence[Finding]]) -> Sequence[Finding]:
    """What a check has found; a failure where the check itself could not be done."""
    check = name.replace("_", " ")
    try:
        return await examination
    except Unavailable:
        raise
    except ConfigurationError as error:
        return [failure(check, str(error), "Fix that, then run this command again.")]
    except exc.DBAPIError as error:
        return [failure(check, f"the check failed: {error.orig}", "Check the rights of the database user.")]
    except Exception as error:
        told = f"the check failed: {type(error).__name__}: {error}"
        return [failure(check, told, "Report this as a fault of osticket-api.")]
