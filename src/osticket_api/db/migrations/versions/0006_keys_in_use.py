"""When API keys were last used, in a table of its own; and the key that a rotated one replaces, good for a while."""

from alembic import op
from sqlalchemy import inspect

from osticket_api.db.migrations.undoing import drop_column, drop_tables
from osticket_api.db.tables.metadata import prefixed
from osticket_api.db.tables.own_columns import TABLE_OPTIONS, exact, utc_moment

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Keep what an interrupted run has already done, since MySQL commits after every statement."""
    op.create_table(
        prefixed("api_credential_use"),
        exact("credential", 64, primary_key=True),
        utc_moment("last_used_at"),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    _change(prefixed("api_credential"))


def downgrade() -> None:
    """When keys were last used is not known any more."""
    drop_tables(prefixed("api_credential_use"))
    name = prefixed("api_credential")
    drop_column(name, "previous_hash")
    drop_column(name, "previous_until")
    if "last_used_at" not in {column["name"] for column in inspect(op.get_bind()).get_columns(name)}:
        op.add_column(name, utc_moment("last_used_at", nullable=True))


def _change(name: str) -> None:
    columns = {column["name"] for column in inspect(op.get_bind()).get_columns(name)}
    if "last_used_at" in columns:
        op.drop_column(name, "last_used_at")
    if "previous_hash" not in columns:
        op.add_column(name, exact("previous_hash", 64, nullable=True))
    if "previous_until" not in columns:
        op.add_column(name, utc_moment("previous_until", nullable=True))
    if "previous_hash" not in {index["name"] for index in inspect(op.get_bind()).get_indexes(name)}:
        op.create_index("previous_hash", name, ["previous_hash"])
