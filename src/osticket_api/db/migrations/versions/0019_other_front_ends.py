"""Front ends on other hosts: what they show when they exchange the code of a sign-in."""

from alembic import op
from sqlalchemy import inspect

from osticket_api.db.migrations.undoing import drop_column
from osticket_api.db.tables.metadata import prefixed
from osticket_api.db.tables.own_columns import exact

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Keep what an interrupted run has already done, since MySQL commits after every statement."""
    name = prefixed("api_sign_on")
    if "code_challenge" not in {column["name"] for column in inspect(op.get_bind()).get_columns(name)}:
        op.add_column(name, exact("code_challenge", 64, nullable=True))


def downgrade() -> None:
    drop_column(prefixed("api_sign_on"), "code_challenge")
