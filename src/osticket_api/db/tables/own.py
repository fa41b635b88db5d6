"""Our own tables, `<prefix>api_...`, beside osTicket's and never mixed with them.

osTicket has a table `<prefix>api_key` itself; ours are exactly those below and the version table of the migrations.
A change here needs a migration in `db/migrations/versions`.
"""

from typing import Any, Final

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, SmallInteger, String, Table, Text
from sqlalchemy.dialects import mysql
from sqlalchemy.schema import SchemaItem

from osticket_api.db.tables.columns import index, reference, unique
from osticket_api.db.tables.metadata import own_metadata, prefixed
from osticket_api.db.types import UtcMoment

VERSION_TABLE: Final = "api_migration"


def version_table() -> str:
    """The name of the table in which the migrations keep their version."""
    return prefixed(VERSION_TABLE)


def _table(name: str, *items: SchemaItem) -> Table:
    """InnoDB and utf8mb4 by name: the database's own defaults may be older than we are."""
    options: dict[str, Any] = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4"}
    options |= {"mariadb_engine": "InnoDB", "mariadb_charset": "utf8mb4"}
    return Table(name, own_metadata, *items, **options)


def _identifier() -> Column[int]:
    return Column("id", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True)


def _exact(name: str, length: int, **options: Any) -> Column[str]:
    """ASCII, compared byte by byte: hashes, codes, what other programs name."""
    exact = mysql.VARCHAR(length, charset="ascii", collation="ascii_bin")
    return Column(name, String(length).with_variant(exact, "mysql", "mariadb"), **{"nullable": False, **options})


def _moment(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, UtcMoment(), nullable=nullable)


api_session = _table(
    "api_session",
    _identifier(),
    _exact("principal_kind", 1),
    Column("principal_id", Integer(), nullable=False),
    _exact("token_hash", 64),
    _exact("previous_hash", 64, nullable=True),
    _moment("rotated_at", nullable=True),
    _moment("created_at"),
    _moment("expires_at"),
    _moment("revoked_at", nullable=True),
    Column("ip", String(64), nullable=False, server_default=""),
    Column("user_agent", String(255), nullable=False, server_default=""),
    unique("token_hash", "token_hash"),
    index("previous_hash", "previous_hash"),
    index("principal", "principal_kind", "principal_id"),
    index("expires_at", "expires_at"),
)
"""Sign-ins by password. `principal_kind` is S for staff, U for a user; the hashes are SHA-256 of refresh tokens."""

api_credential = _table(
    "api_credential",
    _identifier(),
    Column("name", String(128), nullable=False),
    _exact("key_hash", 64),
    _exact("prefix", 16),
    Column("permissions", Text(), nullable=False),
    Column("departments", Text(), nullable=True),
    Column("networks", Text(), nullable=True),
    reference("staff_id"),
    Column("rate_limit", Integer(), nullable=True),
    _moment("expires_at", nullable=True),
    _moment("created_at"),
    _moment("last_used_at", nullable=True),
    _moment("revoked_at", nullable=True),
    Column("notes", Text(), nullable=True),
    unique("key_hash", "key_hash"),
)
"""Our API keys. Permissions, departments and networks are JSON lists; NULL departments or networks: not limited."""

api_idempotency = _table(
    "api_idempotency",
    _identifier(),
    _exact("principal", 64),
    _exact("idempotency_key", 255),
    _exact("fingerprint", 64),
    Column("status", SmallInteger(), nullable=True),
    Column("headers", Text(), nullable=True),
    Column("body", LargeBinary().with_variant(mysql.LONGBLOB(), "mysql", "mariadb"), nullable=True),
    _moment("created_at"),
    unique("request", "principal", "idempotency_key"),
    index("created_at", "created_at"),
)
"""Answers kept for a repeated POST. `status` is NULL while the first one is still running."""

api_upload = _table(
    "api_upload",
    Column("file_id", Integer(), primary_key=True, autoincrement=False),
    _exact("principal", 64),
    _moment("created_at"),
)
"""Who uploaded a file that is not attached to anything yet."""
