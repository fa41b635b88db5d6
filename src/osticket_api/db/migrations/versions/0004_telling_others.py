"""Webhooks and their deliveries, tickets for streams."""

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Integer, SmallInteger, String, Text, inspect

from osticket_api.db.migrations.undoing import drop_tables
from osticket_api.db.tables.metadata import prefixed
from osticket_api.db.tables.own_columns import TABLE_OPTIONS, exact, large, row_id, utc_moment

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    _webhooks(prefixed("api_webhook"))
    _deliveries(prefixed("api_delivery"))
    _stream_tickets(prefixed("api_stream_ticket"))


def downgrade() -> None:
    drop_tables(prefixed("api_webhook"), prefixed("api_delivery"), prefixed("api_stream_ticket"))


def _webhooks(name: str) -> None:
    _table(
        name,
        row_id(),
        Column("url", Text(), nullable=False),
        Column("types", Text(), nullable=False),
        Column("filters", Text(), nullable=False),
        Column("staff_id", Integer(), nullable=True),
        Column("description", String(255), nullable=False, server_default=""),
        exact("payload", 8),
        exact("format", 16),
        exact("secret", 128),
        exact("old_secret", 128, nullable=True),
        utc_moment("old_secret_until", nullable=True),
        Column("is_active", Boolean(), nullable=False),
        Column("pause_reason", String(255), nullable=True),
        utc_moment("failing_since", nullable=True),
        Column("last_number", BigInteger(), nullable=False),
        exact("created_by", 64),
        utc_moment("created_at"),
        utc_moment("updated_at"),
    )


def _deliveries(name: str) -> None:
    _table(
        name,
        row_id(),
        Column("webhook_id", BigInteger(), nullable=False),
        Column("number", BigInteger(), nullable=False),
        exact("message_id", 64),
        exact("type", 48),
        exact("sequence", 32),
        exact("status", 12),
        Column("attempts", Integer(), nullable=False, server_default="0"),
        utc_moment("next_attempt_at", nullable=True),
        exact("claimed_by", 64, nullable=True),
        utc_moment("claimed_until", nullable=True),
        large("body"),
        Column("response_status", SmallInteger(), nullable=True),
        Column("response_body", Text(), nullable=True),
        Column("error", String(255), nullable=True),
        utc_moment("created_at"),
        utc_moment("attempted_at", nullable=True),
        utc_moment("finished_at", nullable=True),
    )
    _index(name, "due", "status", "next_attempt_at")
    _index(name, "webhook", "webhook_id", "id")
    _index(name, "order", "webhook_id", "sequence", "status", "id")
    _index(name, "finished_at", "finished_at")


def _stream_tickets(name: str) -> None:
    _table(
        name,
        exact("ticket_hash", 64, primary_key=True),
        exact("subject", 64),
        Column("session_id", BigInteger(), nullable=False),
        utc_moment("expires_at"),
    )
    _index(name, "expires_at", "expires_at")


def _table(name: str, *columns: Column[Any]) -> None:
    """MySQL commits after every statement, so what an interrupted run left behind is taken over."""
    op.create_table(name, *columns, if_not_exists=True, **TABLE_OPTIONS)


def _index(table: str, name: str, *columns: str) -> None:
    if name not in {index["name"] for index in inspect(op.get_bind()).get_indexes(table)}:
        op.create_index(name, table, columns)
