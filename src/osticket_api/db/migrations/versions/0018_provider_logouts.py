"""What providers call the sessions of sign-ins, by which they end them; and their requests to do so, each good once."""

from alembic import op
from sqlalchemy import inspect

from osticket_api.db.migrations.undoing import drop_column, drop_tables
from osticket_api.db.tables.columns import index
from osticket_api.db.tables.metadata import prefixed
from osticket_api.db.tables.own_columns import TABLE_OPTIONS, exact, utc_moment

revision = "0018"
down_revision = "0017"
_COLUMNS = ("subject_hash", "sid_hash")


def upgrade() -> None:
    """Keep what an interrupted run has already done, since MySQL commits after every statement."""
    sessions = prefixed("api_provider_session")
    there = inspect(op.get_bind())
    columns = {column["name"] for column in there.get_columns(sessions)}
    indexes = {each["name"] for each in there.get_indexes(sessions)}
    for name in _COLUMNS:
        if name not in columns:
            op.add_column(sessions, exact(name, 64, nullable=True))
        if name not in indexes:
            op.create_index(name, sessions, [name])
    op.create_table(
        prefixed("api_provider_logout"),
        exact("token_hash", 64, primary_key=True),
        utc_moment("expires_at"),
        index("expires_at", "expires_at"),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )


def downgrade() -> None:
    drop_tables(prefixed("api_provider_logout"))
    for name in _COLUMNS:
        drop_column(prefixed("api_provider_session"), name)
