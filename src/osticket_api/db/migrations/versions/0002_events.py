"""The feed of events, what is known of the rows it watches, traces of our own writes."""

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, String, Text, inspect
from sqlalchemy.dialects import mysql

from osticket_api.db.migrations.undoing import drop_tables
from osticket_api.db.tables.metadata import prefixed
from osticket_api.db.tables.own_columns import TABLE_OPTIONS, exact, exact_text, row_id, utc_moment

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _events(prefixed("api_event"))
    _feed(prefixed("api_feed"))
    _copies(prefixed("api_copy"))
    _traces(prefixed("api_trace"))


def downgrade() -> None:
    drop_tables(prefixed("api_event"), prefixed("api_feed"), prefixed("api_copy"), prefixed("api_trace"))


def _events(name: str) -> None:
    _table(
        name,
        Column("number", BigInteger(), primary_key=True, autoincrement=False),
        exact("type", 48),
        exact("kind", 24),
        Column("subject_id", Integer(), nullable=False),
        Column("ticket_id", Integer(), nullable=True),
        exact("actor_kind", 8, nullable=True),
        Column("actor_id", Integer(), nullable=True),
        Column("actor_name", String(128), nullable=False, server_default=""),
        exact("origin", 8),
        exact("request_id", 64, nullable=True),
        utc_moment("occurred_at"),
        utc_moment("recorded_at"),
        Column("changes", Text(), nullable=True),
        Column("details", Text(), nullable=True),
        Column("audience", Text(), nullable=True),
    )
    _index(name, "ticket", "ticket_id", "number")
    _index(name, "recorded_at", "recorded_at")


def _feed(name: str) -> None:
    _table(
        name,
        Column("id", Integer(), primary_key=True, autoincrement=False),
        Column("version", BigInteger(), nullable=False),
        Column("last_number", BigInteger(), nullable=False),
        Column("cleared_number", BigInteger(), nullable=False),
        exact("holder", 64, nullable=True),
        utc_moment("held_until", nullable=True),
        Column("positions", Text().with_variant(mysql.MEDIUMTEXT(), "mysql", "mariadb"), nullable=False),
    )


def _copies(name: str) -> None:
    _table(
        name,
        exact("kind", 16, primary_key=True),
        Column("id", Integer(), primary_key=True, autoincrement=False),
        Column("thread_id", Integer(), nullable=True),
        exact_text("state"),
    )
    _index(name, "thread", "thread_id")


def _traces(name: str) -> None:
    _table(
        name,
        row_id(),
        exact("source", 16),
        Column("row_id", Integer(), nullable=False),
        exact("actor", 64),
        exact("request_id", 64),
        utc_moment("created_at"),
    )
    _index(name, "row", "source", "row_id")
    _index(name, "created_at", "created_at")


def _table(name: str, *columns: Column[Any]) -> None:
    """MySQL commits after every statement, so what an interrupted run left behind is taken over."""
    op.create_table(name, *columns, if_not_exists=True, **TABLE_OPTIONS)


def _index(table: str, name: str, *columns: str) -> None:
    if name not in {index["name"] for index in inspect(op.get_bind()).get_indexes(table)}:
        op.create_index(name, table, columns)
