"""Room for the key of an authenticator that is encrypted. Webhooks have it already."""

from alembic import op

from osticket_api.db.migrations.undoing import drop_column
from osticket_api.db.tables.metadata import prefixed
from osticket_api.db.tables.own_columns import exact

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    _make_anew(255)


def downgrade() -> None:
    """The secrets of webhooks are in clear again already: `db.secrets.open_all`."""
    _make_anew(64)


def _make_anew(length: int) -> None:
    """A new column, since SQLite changes none. Who is setting up a second factor just now begins again."""
    table = prefixed("api_challenge")
    drop_column(table, "secret")
    op.add_column(table, exact("secret", length, nullable=True))
