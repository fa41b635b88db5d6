"""How far events have been relayed."""

from alembic import op
from sqlalchemy import BigInteger, Column

from osticket_api.db.migrations.undoing import drop_tables
from osticket_api.db.tables.metadata import prefixed
from osticket_api.db.tables.own_columns import TABLE_OPTIONS, exact, utc_moment

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Keep what an interrupted run has already done, since MySQL commits after every statement."""
    op.create_table(
        prefixed("api_relay"),
        exact("name", 128, primary_key=True),
        Column("last_number", BigInteger(), nullable=False),
        exact("holder", 64, nullable=True),
        utc_moment("held_until", nullable=True),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )


def downgrade() -> None:
    drop_tables(prefixed("api_relay"))
