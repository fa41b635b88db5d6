"""Our own tables for the audit log: what was done or refused, and the chain that shows when it was tampered with."""

from sqlalchemy import BigInteger, Column, Integer, SmallInteger, String, Table

from osticket_api.db.tables.columns import index, unique
from osticket_api.db.tables.metadata import own_metadata
from osticket_api.db.tables.own_columns import TABLE_OPTIONS, exact, large, row_id, utc_moment

api_audit = Table(
    "api_audit",
    own_metadata,
    row_id(),
    utc_moment("created_at"),
    exact("actor", 64),
    exact("through", 128),
    Column("ip", String(64), nullable=False),
    exact("request_id", 64),
    Column("operation", String(255), nullable=False),
    Column("target", String(255), nullable=False),
    exact("outcome", 16),
    Column("status", SmallInteger(), nullable=True),
    large("changes"),
    index("created_at", "created_at"),
    index("actor", "actor"),
    index("request_id", "request_id"),
    **TABLE_OPTIONS,
)
"""Rows are added in the transaction of the change, and never changed. `changes` is JSON."""

api_audit_seal = Table(
    "api_audit_seal",
    own_metadata,
    Column("position", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False),
    Column("audit_id", BigInteger().with_variant(Integer(), "sqlite"), nullable=False),
    exact("hash", 64),
    unique("audit_id", "audit_id"),
    **TABLE_OPTIONS,
)
"""The chain over committed rows: each hash is of the one before and of the row."""
