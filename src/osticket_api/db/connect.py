"""Open the database that the settings name, and check that it is an osTicket help desk."""

from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from sqlalchemy import func, inspect, select, text, type_coerce

from osticket_api.db import own
from osticket_api.db import tables as t
from osticket_api.db.engine import Database
from osticket_api.db.replica import Replica
from osticket_api.db.rights import require_rights
from osticket_api.db.secrets import check_keys, open_all, seal_all
from osticket_api.db.storage_engines import find_tables_without_transactions
from osticket_api.db.types import UtcMoment, to_local
from osticket_api.db.unit import Read, Write
from osticket_api.db.zone import find_zone, probe_instants
from osticket_api.kit.clock import Clock
from osticket_api.kit.vault import Vault
from osticket_api.kit.zones import zone_named
from osticket_api.settings import ConfigurationError, Settings

SIGNATURES = {
    "83a22ba22b1a6a624fcb1da03882ac1b": "1.17.5",
    "5fb92bef17f3b603659e024c01cc7a59": "1.18.1",
}
"""`schema_signature` of the osTicket versions whose schema we know. Source: versions.md"""

ENCRYPTED_SINCE = "0011"
"""The version of our own tables since which secrets in them are encrypted."""


def open_database(settings: Settings, *, clock: Clock | None = None, is_hurried: bool = False) -> Database:
    """A Database with this installation's prefix. Nothing is connected yet; `prepare` does that.

    `is_hurried`: whether somebody waits for each statement, so that the time limits of the settings hold.
    """
    t.use_prefix(settings.db_prefix)
    return Database(
        settings.database_url,
        pool_size=settings.db_pool_size,
        read_only=settings.read_only,
        clock=clock,
        timeout=settings.db_timeout if is_hurried else None,
        statement_timeout=settings.statement_timeout if is_hurried else None,
        replica=replica_of(settings) if is_hurried else None,
    )


def replica_of(settings: Settings, max_lag: float | None = None) -> Replica | None:
    """The replica that the settings name. `max_lag`: how long to wait for it, instead of DB_READ_MAX_LAG."""
    if settings.replica_url is None:
        return None
    return Replica(
        settings.replica_url,
        settings.db_pool_size,
        max_lag=settings.db_read_max_lag if max_lag is None else max_lag,
        statement_timeout=settings.statement_timeout,
        describe=describe,
    )


def describe(tx: Read) -> tuple[object, ...]:
    """What a replica must have in common with its database: the schema, our own tables, and the clock on the wall."""
    settings = t.config.c
    signature = select(settings.value).where(settings.namespace == "core", settings.key == "schema_signature")
    return tx.scalar(signature), own.version(tx), *_local_times(tx)


async def prepare(database: Database, settings: Settings) -> str:
    """Connect, check that the schema is one we know, find out the time zone, see to our own tables.

    The embedded help desk gets our own tables here. An attached osTicket gets them by command only, and none at all
    when it is attached read-only. Returns the osTicket version.

    Raises: ConfigurationError when the database is not an osTicket help desk of a known version, when no time zone
        explains its clock, when the database user may not write, or when our own tables are missing or old;
        Unavailable.
    """
    osticket_version = await database.read(check_schema)
    database.zone = await database.read(find_time_zone, settings.db_timezone)
    if not settings.read_only:
        database.vault = Vault(settings.secrets_keys())
        await database.write(require_rights)
        await _see_to_own_tables(database)
        await database.read(check_keys)
        database.has_own_tables = True
        database.tables_without_transactions = await database.read(find_tables_without_transactions)
        database.allows_non_transactional = settings.allow_non_transactional
    database.secret_salt = settings.salt()
    database.keeps_mail = settings.mail_mode != "off"
    return osticket_version


async def _see_to_own_tables(database: Database) -> None:
    found = await database.read(own.version)
    if found == own.HEAD:
        return
    if database.is_sqlite:
        await database.write(migrate_own_tables)
    else:
        raise ConfigurationError(own.sentence_about(found))


def migrate_own_tables(tx: Write) -> None:
    """Create our own tables, or bring them up to date with what they hold. Raises: ConfigurationError."""
    own.migrate(tx)
    seal_all(tx)


def downgrade_own_tables(tx: Write, target: str) -> None:
    """Take our own tables back to an older version, with secrets as it reads them. Raises: ConfigurationError."""
    if target < ENCRYPTED_SINCE <= (own.version(tx) or ""):
        open_all(tx)
    own.downgrade(tx, target)


def find_time_zone(tx: Read, configured: str = "") -> tzinfo:
    """The zone in which the server writes `NOW()`: as configured, else worked out by asking it.

    Raises: ConfigurationError when no zone explains its clock, or the configured one does not exist or contradicts it.
    """
    if configured:
        return _configured_zone(tx, configured)
    if tx.is_sqlite:
        return UTC
    try:
        return find_zone(_local_times(tx), _zone_hints(tx), today=tx.now)
    except ValueError as error:
        raise ConfigurationError(str(error)) from None


def _configured_zone(tx: Read, name: str) -> tzinfo:
    zone = zone_named(name)
    if zone is None:
        raise ConfigurationError(f"DB_TIMEZONE is wrong: {name} is not a valid time zone, such as Europe/Berlin")
    if tx.is_sqlite:
        return zone
    now, local = _both_clocks(tx)
    expected = to_local(now, zone)
    if abs(local - expected) > timedelta(minutes=1):
        raise ConfigurationError(
            f"DB_TIMEZONE is wrong: the database server's clock shows {local}, in {name} it is {expected}"
        )
    return zone


def _both_clocks(tx: Read) -> tuple[datetime, datetime]:
    """The server's time: aware UTC, and naive local."""
    row = tx.row(select(type_coerce(func.utc_timestamp(), UtcMoment()).label("utc"), func.now().label("local")))
    assert row is not None
    return row.utc, row.local


def _local_times(tx: Read) -> list[datetime]:
    """What the server's clock shows at each probe instant. Our sessions run in its `SYSTEM` zone: see `engine.py`."""
    epoch = datetime(1970, 1, 1)
    seconds = ", ".join(f"FROM_UNIXTIME({(instant - epoch) // timedelta(seconds=1)})" for instant in probe_instants())
    shown: str = tx.scalar(text(f"SELECT CONCAT_WS(',', {seconds})"))
    return [datetime.fromisoformat(local) for local in shown.split(",")]


def _zone_hints(tx: Read) -> list[str]:
    """Names to try first where many zones share a clock: what osTicket found out or shows, what this host has."""
    settings = t.config.c
    keys = ("db_timezone", "default_timezone")
    stored = tx.rows(select(settings.key, settings.value).where(settings.namespace == "core", settings.key.in_(keys)))
    values = {row.key: row.value for row in stored}
    hints = (*(values.get(key) for key in keys), _host_zone())
    return [hint for hint in hints if hint and "/" in hint]


def _host_zone() -> str:
    link = Path("/etc/localtime")
    return str(link.resolve()).partition("zoneinfo/")[2] if link.exists() else ""


def has_osticket_tables(tx: Read) -> bool:
    """Whether the database holds osTicket's tables with this prefix."""
    return inspect(tx.connection).has_table(t.config.name)


def check_schema(tx: Read) -> str:
    """The osTicket version of this database.

    Raises: ConfigurationError when osTicket's tables are missing or of an unknown version.
    """
    settings = t.config.c
    if not has_osticket_tables(tx):
        raise ConfigurationError(
            f"The database holds no osTicket tables with the prefix {t.config.name.removesuffix('config')!r}: "
            "check DB_DATABASE and DB_PREFIX, or create a help desk with `osticket-api database create`"
        )
    signature = tx.scalar(
        select(settings.value).where(settings.namespace == "core", settings.key == "schema_signature")
    )
    if signature in SIGNATURES:
        return SIGNATURES[signature]
    found = f"the unknown schema signature {signature}" if signature else "no schema signature"
    known = " and ".join(sorted(SIGNATURES.values()))
    raise ConfigurationError(f"This osTicket has {found}: osticket-api knows the schema of {known}")
