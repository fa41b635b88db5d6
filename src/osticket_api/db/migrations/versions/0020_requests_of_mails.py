"""The request that led to a mail: which one asked for it, in the traces of the worker that sends it."""

from alembic import op
from sqlalchemy import inspect

from osticket_api.db.migrations.undoing import drop_column
from osticket_api.db.tables.metadata import prefixed
from osticket_api.db.tables.own_columns import exact

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Keep what an interrupted run has already done, since MySQL commits after every statement."""
    for table in ("api_mail_occasion", "api_outgoing_mail"):
        name = prefixed(table)
        if "request_id" not in {column["name"] for column in inspect(op.get_bind()).get_columns(name)}:
            op.add_column(name, exact("request_id", 64, nullable=True))


def downgrade() -> None:
    for table in ("api_mail_occasion", "api_outgoing_mail"):
        drop_column(prefixed(table), "request_id")
