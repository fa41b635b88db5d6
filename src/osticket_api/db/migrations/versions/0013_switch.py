"""What an administrator has switched on while servers run."""

from alembic import op

from osticket_api.db.migrations.undoing import drop_tables
from osticket_api.db.tables.metadata import prefixed
from osticket_api.db.tables.own_columns import TABLE_OPTIONS, exact, utc_moment

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Keep what an interrupted run has already done, since MySQL commits after every statement."""
    op.create_table(
        prefixed("api_switch"),
        exact("name", 32, primary_key=True),
        utc_moment("since"),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )


def downgrade() -> None:
    drop_tables(prefixed("api_switch"))
