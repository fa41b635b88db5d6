"""Our own tables for telling others: webhooks, their deliveries, tickets for streams."""

from sqlalchemy import BigInteger, Boolean, Column, Integer, SmallInteger, String, Table, Text

from osticket_api.db.tables.columns import index
from osticket_api.db.tables.metadata import own_metadata
from osticket_api.db.tables.own_columns import TABLE_OPTIONS, exact, large, row_id, utc_moment

api_webhook = Table(
    "api_webhook",
    own_metadata,
    row_id(),
    Column("url", Text(), nullable=False),
    Column("types", Text(), nullable=False),
    Column("filters", Text(), nullable=False),
    Column("staff_id", Integer(), nullable=True),
    Column("description", String(255), nullable=False, server_default=""),
    exact("payload", 8),
    exact("format", 16),
    exact("secret", 128),
    exact("old_secret", 128, nullable=True),
    utc_moment("old_secret_until", nullable=True),
    Column("is_active", Boolean(), nullable=False),
    Column("pause_reason", String(255), nullable=True),
    utc_moment("failing_since", nullable=True),
    Column("last_number", BigInteger(), nullable=False),
    exact("created_by", 64),
    utc_moment("created_at"),
    utc_moment("updated_at"),
    **TABLE_OPTIONS,
)
"""Webhooks: addresses, and what is sent there. `last_number`: up to which number of the feed deliveries were made.
JSON: `types`, `filters`.

The secrets are encrypted.
"""

api_delivery = Table(
    "api_delivery",
    own_metadata,
    row_id(),
    Column("webhook_id", BigInteger(), nullable=False),
    Column("number", BigInteger(), nullable=False),
    exact("message_id", 64),
    exact("type", 48),
    exact("sequence", 32),
    exact("status", 12),
    Column("attempts", Integer(), nullable=False, server_default="0"),
    utc_moment("next_attempt_at", nullable=True),
    exact("claimed_by", 64, nullable=True),
    utc_moment("claimed_until", nullable=True),
    large("body"),
    Column("response_status", SmallInteger(), nullable=True),
    Column("response_body", Text(), nullable=True),
    Column("error", String(255), nullable=True),
    utc_moment("created_at"),
    utc_moment("attempted_at", nullable=True),
    utc_moment("finished_at", nullable=True),
    index("due", "status", "next_attempt_at"),
    index("webhook", "webhook_id", "id"),
    index("order", "webhook_id", "sequence", "status", "id"),
    index("finished_at", "finished_at"),
    **TABLE_OPTIONS,
)
"""Deliveries and their outcomes. Deliveries of one webhook and `sequence` are sent one after the other."""

api_stream_ticket = Table(
    "api_stream_ticket",
    own_metadata,
    exact("ticket_hash", 64, primary_key=True),
    exact("subject", 64),
    Column("session_id", BigInteger(), nullable=False),
    utc_moment("expires_at"),
    index("expires_at", "expires_at"),
    **TABLE_OPTIONS,
)
"""Opens one stream, once: `subject` and `session_id` are those of the access token it was got with."""
