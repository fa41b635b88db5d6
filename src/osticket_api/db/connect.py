"""From settings to a database that is known to be an osTicket help desk."""

from datetime import datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import inspect, literal_column, select, text

from osticket_api.db import tables as t
from osticket_api.db.engine import Database, Read
from osticket_api.db.zone import find_zone, probe_instants
from osticket_api.kit.clock import Clock
from osticket_api.settings import ConfigurationError, Settings

SIGNATURES = {
    "83a22ba22b1a6a624fcb1da03882ac1b": "1.17.5",
    "5fb92bef17f3b603659e024c01cc7a59": "1.18.1",
}
"""`schema_signature` of the osTicket versions whose schema we know (shared facts: versions.md)."""


def open_database(settings: Settings, *, clock: Clock | None = None) -> Database:
    """A Database with this installation's prefix. Nothing is connected yet; `prepare` does that."""
    t.use_prefix(settings.db_prefix)
    return Database(settings.database_url, pool_size=settings.db_pool_size, read_only=settings.read_only, clock=clock)


async def prepare(database: Database, settings: Settings) -> str:
    """Connect, find out the time zone, check that the schema is one we know. Returns the osTicket version.

    Raises: ConfigurationError when the database is no osTicket help desk of a known version; Unavailable.
    """
    database.zone = await database.read(find_time_zone, settings.db_timezone)
    return await database.read(check_schema)


def find_time_zone(tx: Read, configured: str = "") -> tzinfo:
    """The zone in which the server writes `NOW()`: as configured, else worked out by asking it.

    Raises: ConfigurationError when no zone explains its clock, or the configured one does not exist.
    """
    if configured:
        try:
            return ZoneInfo(configured)
        except (ZoneInfoNotFoundError, ValueError):
            raise ConfigurationError(f"DB_TIMEZONE is wrong: {configured} is no known time zone") from None
    if tx.is_sqlite:
        return find_zone(probe_instants())
    try:
        return find_zone(_local_times(tx), hints=_zone_hints(tx))
    except ValueError as error:
        raise ConfigurationError(str(error)) from None


def _local_times(tx: Read) -> list[datetime]:
    """What the server's clock shows at each probe instant, as naive local times."""
    epoch = datetime(1970, 1, 1)
    seconds = ", ".join(f"FROM_UNIXTIME({int((instant - epoch).total_seconds())})" for instant in probe_instants())
    row = tx.row(text(f"SELECT {seconds}"))
    assert row is not None
    return list(row)


def _zone_hints(tx: Read) -> list[str]:
    settings = t.config.c
    stored = tx.scalar(select(settings.value).where(settings.namespace == "core", settings.key == "db_timezone"))
    system = tx.scalar(select(literal_column("@@system_time_zone")))
    return [hint for hint in (stored, system, _host_zone()) if hint]


def _host_zone() -> str:
    link = Path("/etc/localtime")
    return str(link.resolve()).partition("zoneinfo/")[2] if link.exists() else ""


def check_schema(tx: Read) -> str:
    """The osTicket version of this database.

    Raises: ConfigurationError when osTicket's tables are missing or of an unknown version.
    """
    settings = t.config.c
    if not inspect(tx.connection).has_table(t.config.name):
        raise ConfigurationError(
            f"The database holds no osTicket tables with the prefix {t.config.name.removesuffix('config')!r}: "
            "check DB_DATABASE and DB_PREFIX, or create a help desk with `osticket-api database create`"
        )
    signature = tx.scalar(
        select(settings.value).where(settings.namespace == "core", settings.key == "schema_signature")
    )
    if signature not in SIGNATURES:
        known = ", ".join(sorted(set(SIGNATURES.values())))
        raise ConfigurationError(
            f"This osTicket has the unknown schema signature {signature}: osticket-api knows the schema of {known}"
        )
    return SIGNATURES[signature]
