"""The examination: every check in its order. A check that fails ends no other."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from sqlalchemy import exc

from osticket_api.db import own
from osticket_api.db.engine import Database
from osticket_api.db.unit import Read
from osticket_api.doctor import database as on_server
from osticket_api.doctor import host, rows
from osticket_api.doctor.event_source import examine_source
from osticket_api.doctor.findings import Finding, failure
from osticket_api.doctor.replica import examine_replica
from osticket_api.doctor.sign_in import examine_sign_in
from osticket_api.doctor.storage import examine_files
from osticket_api.settings import ConfigurationError, Settings

_HOST: Final = (host.environment, host.disk, host.open_files, host.redis)
_DATABASE: Final = (
    on_server.server_version,
    on_server.schema,
    on_server.own_tables,
    on_server.time_zone,
    on_server.clock,
    on_server.character_sets,
    on_server.storage_engines,
    on_server.rights,
    on_server.missing_indexes,
    rows.orphans,
    rows.cron,
    rows.mail_accounts,
    rows.queues,
)

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
    for check in _DATABASE:
        found += await database.read(_one, check, settings)
    for examine in (examine_replica, examine_source, examine_sign_in, examine_files):
        found += await examine(database, settings)
    return found


def _one(tx: Read, check: Check, settings: Settings) -> list[Finding]:
    name = check.__name__.replace("_", " ")
    try:
        return list(check(tx, settings))
    except ConfigurationError as error:
        return [failure(name, str(error), "Fix that, then run this command again.")]
    except exc.DBAPIError as error:
        if error.connection_invalidated:
            raise
        return [failure(name, f"the check failed: {error.orig}", "Check the rights of the database user.")]
