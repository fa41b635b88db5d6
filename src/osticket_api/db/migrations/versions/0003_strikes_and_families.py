"""Wrong passwords counted for all processes, and the family that the refresh tokens of one sign-in share."""

from alembic import op
from sqlalchemy import Column, Integer, inspect

from osticket_api.db.migrations.undoing import drop_column, drop_tables
from osticket_api.db.tables.metadata import prefixed
from osticket_api.db.tables.own_columns import TABLE_OPTIONS, exact, utc_moment

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Keep what an interrupted run has already done, since MySQL commits after every statement."""
    _strikes(prefixed("api_strike"))
    _families(prefixed("api_session"))


def downgrade() -> None:
    drop_tables(prefixed("api_strike"))
    drop_column(prefixed("api_session"), "family_hash")


def _strikes(name: str) -> None:
    op.create_table(
        name,
        exact("subject_hash", 64, primary_key=True),
        Column("tries", Integer(), nullable=False),
        utc_moment("last_at"),
        utc_moment("locked_until", nullable=True),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    _index(name, "last_at")


def _families(name: str) -> None:
    columns = {column["name"] for column in inspect(op.get_bind()).get_columns(name)}
    if "family_hash" not in columns:
        op.add_column(name, exact("family_hash", 64, nullable=True))
    _index(name, "family_hash")


def _index(table: str, column: str) -> None:
    if column not in {index["name"] for index in inspect(op.get_bind()).get_indexes(table)}:
        op.create_index(column, table, [column])
