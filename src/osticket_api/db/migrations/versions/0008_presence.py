"""Which agent is at which ticket."""

from alembic import op
from sqlalchemy import Column, Integer, inspect

from osticket_api.db.migrations.undoing import drop_tables
from osticket_api.db.tables.metadata import prefixed
from osticket_api.db.tables.own_columns import TABLE_OPTIONS, exact, utc_moment

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Keep what an interrupted run has already done, and a table that an early 0004 has made."""
    name = prefixed("api_presence")
    op.create_table(
        name,
        Column("ticket_id", Integer(), primary_key=True, autoincrement=False),
        Column("staff_id", Integer(), primary_key=True, autoincrement=False),
        exact("activity", 12),
        utc_moment("expires_at"),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    if "expires_at" not in {index["name"] for index in inspect(op.get_bind()).get_indexes(name)}:
        op.create_index("expires_at", name, ["expires_at"])


def downgrade() -> None:
    drop_tables(prefixed("api_presence"))
