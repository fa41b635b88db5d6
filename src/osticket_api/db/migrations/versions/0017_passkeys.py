"""The passkeys of agents."""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, String

from osticket_api.db.migrations.undoing import drop_tables
from osticket_api.db.tables.columns import index, unique
from osticket_api.db.tables.metadata import prefixed
from osticket_api.db.tables.own_columns import TABLE_OPTIONS, exact, large, row_id, utc_moment

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Keep what an interrupted run has already done, since MySQL commits after every statement."""
    op.create_table(
        prefixed("api_passkey"),
        row_id(),
        Column("staff_id", Integer(), nullable=False),
        exact("credential_hash", 64),
        exact("credential_id", 1400),
        large("public_key"),
        Column("sign_count", BigInteger(), nullable=False),
        exact("transports", 255),
        exact("host", 255),
        Column("name", String(128), nullable=False),
        utc_moment("created_at"),
        utc_moment("last_used_at", nullable=True),
        unique("credential_hash", "credential_hash"),
        index("staff_id", "staff_id"),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )


def downgrade() -> None:
    drop_tables(prefixed("api_passkey"))
