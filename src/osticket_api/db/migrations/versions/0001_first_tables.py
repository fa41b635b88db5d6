"""Sessions, credentials, idempotency, uploads."""

from typing import Any

from alembic import op
from sqlalchemy import Column, Integer, SmallInteger, String, Text, inspect

from osticket_api.db.migrations.undoing import drop_tables
from osticket_api.db.tables.columns import reference
from osticket_api.db.tables.metadata import prefixed
from osticket_api.db.tables.own_columns import TABLE_OPTIONS, exact, large, row_id, utc_moment

revision = "0001"
down_revision = None


def upgrade() -> None:
    _sessions(prefixed("api_session"))
    _credentials(prefixed("api_credential"))
    _idempotency(prefixed("api_idempotency"))
    _uploads(prefixed("api_upload"))


def downgrade() -> None:
    drop_tables(
        prefixed("api_session"), prefixed("api_credential"), prefixed("api_idempotency"), prefixed("api_upload")
    )


def _sessions(name: str) -> None:
    _table(
        name,
        row_id(),
        exact("principal_kind", 1),
        Column("principal_id", Integer(), nullable=False),
        exact("token_hash", 64),
        exact("previous_hash", 64, nullable=True),
        utc_moment("rotated_at", nullable=True),
        utc_moment("created_at"),
        utc_moment("expires_at"),
        utc_moment("revoked_at", nullable=True),
        Column("ip", String(64), nullable=False, server_default=""),
        Column("user_agent", String(255), nullable=False, server_default=""),
    )
    _index(name, "token_hash", "token_hash", unique=True)
    _index(name, "previous_hash", "previous_hash")
    _index(name, "principal", "principal_kind", "principal_id")
    _index(name, "expires_at", "expires_at")


def _credentials(name: str) -> None:
    _table(
        name,
        row_id(),
        Column("name", String(128), nullable=False),
        exact("key_hash", 64),
        exact("prefix", 16),
        Column("permissions", Text(), nullable=False),
        Column("departments", Text(), nullable=True),
        Column("networks", Text(), nullable=True),
        reference("staff_id"),
        Column("rate_limit", Integer(), nullable=True),
        utc_moment("expires_at", nullable=True),
        utc_moment("created_at"),
        utc_moment("last_used_at", nullable=True),
        utc_moment("revoked_at", nullable=True),
        Column("notes", Text(), nullable=True),
    )
    _index(name, "key_hash", "key_hash", unique=True)


def _idempotency(name: str) -> None:
    _table(
        name,
        row_id(),
        exact("principal", 64),
        exact("idempotency_key", 255),
        exact("fingerprint", 64),
        Column("status", SmallInteger(), nullable=True),
        Column("headers", Text(), nullable=True),
        large("body", nullable=True),
        utc_moment("created_at"),
    )
    _index(name, "request", "principal", "idempotency_key", unique=True)
    _index(name, "created_at", "created_at")


def _uploads(name: str) -> None:
    _table(
        name,
        Column("file_id", Integer(), primary_key=True, autoincrement=False),
        exact("principal", 64, primary_key=True),
        utc_moment("created_at"),
    )


def _table(name: str, *columns: Column[Any]) -> None:
    """MySQL commits after every statement, so what an interrupted run left behind is taken over."""
    op.create_table(name, *columns, if_not_exists=True, **TABLE_OPTIONS)


def _index(table: str, name: str, *columns: str, unique: bool = False) -> None:
    if name not in {index["name"] for index in inspect(op.get_bind()).get_indexes(table)}:
        op.create_index(name, table, columns, unique=unique)
