"""Our own tables for what happens: the feed, what is known of the rows it watches, and who wrote what through us."""

from sqlalchemy import BigInteger, Column, Integer, String, Table, Text
from sqlalchemy.dialects import mysql

from osticket_api.db.tables.columns import index
from osticket_api.db.tables.metadata import own_metadata
from osticket_api.db.tables.own_columns import TABLE_OPTIONS, exact, exact_text, row_id, utc_moment

api_event = Table(
    "api_event",
    own_metadata,
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
    index("ticket", "ticket_id", "number"),
    index("recorded_at", "recorded_at"),
    **TABLE_OPTIONS,
)
"""The feed. Numbers grow and become visible in order, since one appender at a time holds the row of `api_feed`.

`changes`, `details` and `audience` are JSON: before and after by field, what else is known, who saw the subject then.
"""

api_feed = Table(
    "api_feed",
    own_metadata,
    Column("id", Integer(), primary_key=True, autoincrement=False),
    Column("version", BigInteger(), nullable=False),
    Column("last_number", BigInteger(), nullable=False),
    Column("cleared_number", BigInteger(), nullable=False),
    exact("holder", 64, nullable=True),
    utc_moment("held_until", nullable=True),
    Column("positions", Text().with_variant(mysql.MEDIUMTEXT(), "mysql", "mariadb"), nullable=False),
    **TABLE_OPTIONS,
)
"""One row: how far the feed has come. `holder` may append until `held_until`; `positions` is JSON, see `Positions`."""

api_relay = Table(
    "api_relay",
    own_metadata,
    exact("name", 128, primary_key=True),
    Column("last_number", BigInteger(), nullable=False),
    exact("holder", 64, nullable=True),
    utc_moment("held_until", nullable=True),
    **TABLE_OPTIONS,
)
"""How far the feed has been relayed to each stream. `holder` may relay until `held_until`."""

api_copy = Table(
    "api_copy",
    own_metadata,
    exact("kind", 16, primary_key=True),
    Column("id", Integer(), primary_key=True, autoincrement=False),
    Column("thread_id", Integer(), nullable=True),
    exact_text("state"),
    index("thread", "thread_id"),
    **TABLE_OPTIONS,
)
"""What is known of each row that is watched: its columns in one text, to be compared with the row as it is now."""

api_trace = Table(
    "api_trace",
    own_metadata,
    row_id(),
    exact("source", 16),
    Column("row_id", Integer(), nullable=False),
    exact("actor", 64),
    exact("request_id", 64),
    utc_moment("created_at"),
    index("row", "source", "row_id"),
    index("created_at", "created_at"),
    **TABLE_OPTIONS,
)
"""Which rows our own requests wrote, so that the feed can say through what a change came."""
