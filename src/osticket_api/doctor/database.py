"""The doctor's checks of the database server: versions, schema, clock, character sets, rights, indexes."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from sqlalchemy import func, select, text, type_coerce

from osticket_api.attach.schema import compare_schema
from osticket_api.db import indexes, own, switch
from osticket_api.db import tables as t
from osticket_api.db.connect import check_schema, find_time_zone
from osticket_api.db.rights import list_grants
from osticket_api.db.storage_engines import find_tables_without_transactions
from osticket_api.db.types import UtcMoment
from osticket_api.db.unit import Read
from osticket_api.doctor.findings import Finding, failure, ok, warning
from osticket_api.kit.clock import system_clock
from osticket_api.settings import ConfigurationError, Settings

_MAX_CLOCK_SECONDS: Final = 5
_WRITING: Final = ("INSERT", "UPDATE", "DELETE")
_DANGEROUS: Final = ("ALL PRIVILEGES", "SUPER", "FILE", "GRANT OPTION")
_COLLATIONS = text(
    "SELECT table_collation AS collation, COUNT(*) AS tables FROM information_schema.tables "
    "WHERE table_schema = DATABASE() AND table_name LIKE :prefix AND table_collation IS NOT NULL "
    "GROUP BY table_collation ORDER BY tables DESC"
)


def server_version(tx: Read, settings: Settings) -> Iterator[Finding]:
    if tx.is_sqlite:
        version = tx.scalar(select(func.sqlite_version()))
        yield ok("server", f"SQLite {version}: the embedded help desk")
        return
    version = str(tx.scalar(select(func.version())))
    major, minor = (int(part) for part in re.findall(r"\d+", version)[:2])
    is_mariadb = "mariadb" in version.lower()  # It says so itself, MySQL does not.
    told = version if is_mariadb else f"MySQL {version}"
    if (major, minor) < ((10, 4) if is_mariadb else (8, 0)):
        yield warning("server", f"{told} is no longer maintained", "Upgrade to MariaDB 10.11 or MySQL 8.4.")
    else:
        yield ok("server", told)


def schema(tx: Read, settings: Settings) -> Iterator[Finding]:
    version = check_schema(tx)
    yield ok("schema", f"osTicket {version}")
    if tx.is_sqlite:
        return
    comparison = compare_schema(tx)
    for fault in comparison.faults:
        yield failure("schema", fault, "Restore the table or column from a backup, or run osTicket's upgrade again.")
    added = [*comparison.extra_tables, *comparison.extra_columns]
    if added:
        yield ok("schema", f"added by plugins or people: {', '.join(added[:10])}{' ...' if len(added) > 10 else ''}")


def own_tables(tx: Read, settings: Settings) -> Iterator[Finding]:
    if settings.read_only:
        yield ok("own tables", "READ_ONLY is set: none are needed")
        return
    found = own.version(tx)
    if found == own.HEAD:
        yield ok("own tables", f"revision {found}")
        since = switch.on_since(tx)
        if since is not None:
            told = f"changes are switched off since {since:%Y-%m-%d %H:%M} UTC"
            yield warning("read-only switch", told, "Run `osticket-api read-only off` to allow changes again.")
    else:
        yield failure("own tables", own.sentence_about(found), "Run `osticket-api database upgrade`.")


def time_zone(tx: Read, settings: Settings) -> Iterator[Finding]:
    try:
        zone = find_time_zone(tx, settings.db_timezone)
    except ConfigurationError as error:
        yield failure("time zone", str(error), "Set DB_TIMEZONE to the zone in which the database server runs.")
        return
    yield ok("time zone", f"the database writes {zone}")


def clock(tx: Read, settings: Settings) -> Iterator[Finding]:
    if tx.is_sqlite:
        return
    theirs = tx.scalar(select(type_coerce(func.utc_timestamp(), UtcMoment())))
    apart = abs(theirs - system_clock())
    if apart > timedelta(seconds=_MAX_CLOCK_SECONDS):
        seconds = round(apart.total_seconds())
        yield warning("clock", f"the database server's clock is {seconds} s off this host's", "Run NTP on both hosts.")
    else:
        yield ok("clock", "this host and the database server agree")


def character_sets(tx: Read, settings: Settings) -> Iterator[Finding]:
    if tx.is_sqlite:
        return
    rows = tx.rows(_COLLATIONS, {"prefix": settings.db_prefix.replace("_", "\\_") + "%"})
    told = ", ".join(f"{row.collation} ({row.tables})" for row in rows)
    if any(not str(row.collation).startswith("utf8") for row in rows):
        mend = "Convert them with ALTER TABLE ... CONVERT TO CHARACTER SET utf8mb4, after a backup."
        yield warning("character sets", f"some tables are not Unicode: {told}", mend)
    else:
        yield ok("character sets", told)


def storage_engines(tx: Read, settings: Settings) -> Iterator[Finding]:
    tables = sorted(find_tables_without_transactions(tx))
    if tables:
        mend = "ALTER TABLE ... ENGINE=InnoDB, or set ALLOW_NON_TRANSACTIONAL=true and live with half-done changes."
        yield failure("storage engines", f"cannot roll back: {', '.join(tables)}", mend)
    elif not tx.is_sqlite:
        yield ok("storage engines", "every table can roll back")


def rights(tx: Read, settings: Settings) -> Iterator[Finding]:
    if tx.is_sqlite:
        return
    grants = list_grants(tx)
    told = "; ".join(grants) or "nothing"
    wide = [word for word in _DANGEROUS if any(_grants_everywhere(each, word) for each in grants)]
    if wide:
        mend = "Give the server a user of its own: GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, DROP."
        yield warning("rights", f"the database user may do more than it needs: {', '.join(wide)} ON *.*", mend)
    elif settings.read_only and any(right in told for right in _WRITING):
        yield ok("rights", f"READ_ONLY is set, and SELECT alone would do: {told}")
    elif not settings.read_only and not all(right in told or "ALL PRIVILEGES" in told for right in _WRITING):
        mend = (
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON `{settings.db_database}`.* TO this user, or set READ_ONLY=true."
        )
        yield warning("rights", f"the database user seems not to be allowed to write: {told}", mend)
    else:
        yield ok("rights", told)


def _grants_everywhere(grant: str, right: str) -> bool:
    rights, _, place = grant.rpartition(" ON ")
    return place == "*.*" and right in rights.split(", ")


def missing_indexes(tx: Read, settings: Settings) -> Iterator[Finding]:
    there = indexes.present(tx)
    ticket_count = tx.scalar(select(func.count()).select_from(t.ticket))
    missing = [index for index in indexes.INDEXES if index.name not in there]
    for index in missing if ticket_count >= _MANY_TICKETS else ():
        message = f"{index.name} on {index.table.name} is missing. {index.reason}"
        yield warning("indexes", message, "Run `osticket-api database indexes --apply`; osTicket can stay in use.")
    if not missing:
        yield ok("indexes", "all optional indexes exist")
    elif ticket_count < _MANY_TICKETS:
        yield ok("indexes", f"{len(missing)} are missing, which does not matter with {ticket_count} tickets")


_MANY_TICKETS: Final = 20_000
"""From so many tickets on the optional indexes are worth their place."""
