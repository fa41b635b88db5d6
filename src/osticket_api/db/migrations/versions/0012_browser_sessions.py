"""Sign-ins that the cookie of a browser stands for."""

from alembic import op
from sqlalchemy import inspect

from osticket_api.db.migrations.undoing import drop_column
from osticket_api.db.tables.metadata import prefixed
from osticket_api.db.tables.own_columns import exact

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Keep what an interrupted run has already done, since MySQL commits after every statement."""
    for table in ("api_session", "api_challenge"):
        name = prefixed(table)
        if "mode" not in {column["name"] for column in inspect(op.get_bind()).get_columns(name)}:
            op.add_column(name, exact("mode", 8, nullable=True))


def downgrade() -> None:
    for table in ("api_session", "api_challenge"):
        drop_column(prefixed(table), "mode")
