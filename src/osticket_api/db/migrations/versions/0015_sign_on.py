"""Identities at other providers, and sign-ins by them."""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, String

from osticket_api.db.migrations.undoing import drop_tables
from osticket_api.db.tables.columns import index, unique
from osticket_api.db.tables.metadata import prefixed
from osticket_api.db.tables.own_columns import TABLE_OPTIONS, exact, large, row_id, utc_moment

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Keep what an interrupted run has already done, since MySQL commits after every statement."""
    op.create_table(
        prefixed("api_identity"),
        row_id(),
        exact("issuer", 255),
        exact("subject", 255),
        exact("principal_kind", 1),
        Column("principal_id", Integer(), nullable=False),
        utc_moment("created_at"),
        utc_moment("last_used_at", nullable=True),
        unique("identity", "issuer", "subject", "principal_kind"),
        unique("principal", "principal_kind", "principal_id", "issuer"),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        prefixed("api_sign_on"),
        row_id(),
        exact("state_hash", 64),
        exact("browser_hash", 64),
        exact("code_hash", 64, nullable=True),
        exact("provider", 32),
        exact("kind", 8),
        exact("mode", 8),
        Column("return_to", String(512), nullable=False),
        exact("linking", 32, nullable=True),
        large("outcome", nullable=True),
        utc_moment("created_at"),
        utc_moment("expires_at"),
        unique("state_hash", "state_hash"),
        unique("code_hash", "code_hash"),
        index("expires_at", "expires_at"),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        prefixed("api_provider_session"),
        row_id(),
        Column("session_id", BigInteger().with_variant(Integer(), "sqlite"), nullable=True),
        exact("challenge_hash", 64, nullable=True),
        exact("provider", 32),
        large("id_token"),
        utc_moment("created_at"),
        unique("session_id", "session_id"),
        unique("challenge_hash", "challenge_hash"),
        index("created_at", "created_at"),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )


def downgrade() -> None:
    drop_tables(prefixed("api_identity"), prefixed("api_sign_on"), prefixed("api_provider_session"))
