"""The audit log, and the chain over it."""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, SmallInteger, String

from osticket_api.db.migrations.undoing import drop_tables
from osticket_api.db.tables.columns import index, unique
from osticket_api.db.tables.metadata import prefixed
from osticket_api.db.tables.own_columns import TABLE_OPTIONS, exact, large, row_id, utc_moment

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Keep what an interrupted run has already done, since MySQL commits after every statement."""
    op.create_table(
        prefixed("api_audit"),
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
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        prefixed("api_audit_seal"),
        Column("position", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False),
        Column("audit_id", BigInteger().with_variant(Integer(), "sqlite"), nullable=False),
        exact("hash", 64),
        unique("audit_id", "audit_id"),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )


def downgrade() -> None:
    drop_tables(prefixed("api_audit"), prefixed("api_audit_seal"))
