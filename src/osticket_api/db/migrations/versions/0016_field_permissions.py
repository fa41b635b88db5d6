"""Which fields are hidden or frozen, and for whom."""

from alembic import op
from sqlalchemy import Column, String

from osticket_api.db.migrations.undoing import drop_tables
from osticket_api.db.tables.columns import unique
from osticket_api.db.tables.metadata import prefixed
from osticket_api.db.tables.own_columns import TABLE_OPTIONS, exact, row_id, utc_moment

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Keep what an interrupted run has already done, since MySQL commits after every statement."""
    op.create_table(
        prefixed("api_field_permission"),
        row_id(),
        exact("resource", 16),
        Column("field", String(80), nullable=False),
        exact("effect", 8),
        exact("applies_to", 8),
        exact("target", 32),
        exact("created_by", 64),
        utc_moment("created_at"),
        utc_moment("updated_at"),
        unique("rule", "resource", "field", "applies_to", "target"),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )


def downgrade() -> None:
    drop_tables(prefixed("api_field_permission"))
