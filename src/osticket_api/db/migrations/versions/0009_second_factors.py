"""Who is asked for a code, which codes were used, and which second factor a sign-in was begun with."""

from alembic import op
from sqlalchemy import Column, Integer, inspect

from osticket_api.db.migrations.undoing import drop_column, drop_tables
from osticket_api.db.tables.columns import index, unique
from osticket_api.db.tables.metadata import prefixed
from osticket_api.db.tables.own_columns import TABLE_OPTIONS, exact, row_id, utc_moment

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Keep what an interrupted run has already done, since MySQL commits after every statement."""
    _add_to_sessions(prefixed("api_session"))
    op.create_table(
        prefixed("api_challenge"),
        row_id(),
        exact("token_hash", 64),
        exact("purpose", 16),
        Column("staff_id", Integer(), nullable=False),
        exact("method", 16),
        exact("secret", 64, nullable=True),
        exact("code_hash", 64, nullable=True),
        Column("tries", Integer(), nullable=False),
        utc_moment("created_at"),
        utc_moment("expires_at"),
        unique("token_hash", "token_hash"),
        index("staff_id", "staff_id"),
        index("expires_at", "expires_at"),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        prefixed("api_code_use"),
        Column("staff_id", Integer(), primary_key=True, autoincrement=False),
        Column("time_step", Integer(), nullable=False),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )


def downgrade() -> None:
    drop_tables(prefixed("api_challenge"), prefixed("api_code_use"))
    drop_column(prefixed("api_session"), "second_factor")


def _add_to_sessions(name: str) -> None:
    if "second_factor" not in {column["name"] for column in inspect(op.get_bind()).get_columns(name)}:
        op.add_column(name, exact("second_factor", 16, nullable=True))
