"""Our own tables, `<prefix>api_...`, beside osTicket's and never mixed with them.

osTicket has a table `<prefix>api_key` itself; ours are exactly those below and the version table of the migrations.
A change here needs a migration in `db/migrations/versions`.
"""

from sqlalchemy import BigInteger, Column, Integer, SmallInteger, String, Table, Text

from osticket_api.db.tables.columns import index, reference, unique
from osticket_api.db.tables.metadata import own_metadata, prefixed
from osticket_api.db.tables.own_columns import TABLE_OPTIONS, exact, large, row_id, utc_moment


def version_table() -> str:
    """The name of the table in which the migrations keep their version."""
    return prefixed("api_migration")


api_session = Table(
    "api_session",
    own_metadata,
    row_id(),
    exact("principal_kind", 1),
    Column("principal_id", Integer(), nullable=False),
    exact("token_hash", 64),
    exact("previous_hash", 64, nullable=True),
    exact("family_hash", 64, nullable=True),
    utc_moment("rotated_at", nullable=True),
    utc_moment("created_at"),
    utc_moment("expires_at"),
    utc_moment("revoked_at", nullable=True),
    exact("second_factor", 16, nullable=True),
    exact("mode", 8, nullable=True),
    Column("ip", String(64), nullable=False, server_default=""),
    Column("user_agent", String(255), nullable=False, server_default=""),
    unique("token_hash", "token_hash"),
    index("previous_hash", "previous_hash"),
    index("family_hash", "family_hash"),
    index("principal", "principal_kind", "principal_id"),
    index("expires_at", "expires_at"),
    **TABLE_OPTIONS,
)
"""Sign-ins by password. `principal_kind` is S for staff, U for a user; the hashes are SHA-256 of refresh tokens.

`family_hash` is of the part that all refresh tokens of one sign-in share; `second_factor` the kind that was shown.
`mode` is `cookie` where `token_hash` is of the secret in a browser's cookie, else NULL.
"""

api_challenge = Table(
    "api_challenge",
    own_metadata,
    row_id(),
    exact("token_hash", 64),
    exact("purpose", 16),
    Column("staff_id", Integer(), nullable=False),
    exact("method", 16),
    exact("secret", 255, nullable=True),
    exact("code_hash", 64, nullable=True),
    exact("mode", 8, nullable=True),
    Column("tries", Integer(), nullable=False),
    utc_moment("created_at"),
    utc_moment("expires_at"),
    unique("token_hash", "token_hash"),
    index("staff_id", "staff_id"),
    index("expires_at", "expires_at"),
    **TABLE_OPTIONS,
)
"""Agents who are asked for a code: to sign in, or to set up a second factor, whose `secret` waits here, encrypted.

`mode` is `cookie` where a browser session begins with the code.
"""

api_code_use = Table(
    "api_code_use",
    own_metadata,
    Column("staff_id", Integer(), primary_key=True, autoincrement=False),
    Column("time_step", Integer(), nullable=False),
    **TABLE_OPTIONS,
)
"""The newest code of each agent's authenticator that was used: neither it nor an older one is good again."""

api_passkey = Table(
    "api_passkey",
    own_metadata,
    row_id(),
    Column("staff_id", Integer(), nullable=False),
    exact("credential_hash", 64),
    exact("credential_id", 1400),
    large("public_key"),
    Column("sign_count", BigInteger(), nullable=False),
    exact("transports", 255),
    exact("host", 255),
    Column("name", String(128), nullable=False),
    utc_moment("created_at"),
    utc_moment("last_used_at", nullable=True),
    unique("credential_hash", "credential_hash"),
    index("staff_id", "staff_id"),
    **TABLE_OPTIONS,
)
"""The passkeys of agents. `credential_id` is base64url; it is too long for an index of older servers, its hash is not.

`host` is the relying party that a passkey is bound to; `transports` are joined by commas.
"""

api_strike = Table(
    "api_strike",
    own_metadata,
    exact("subject_hash", 64, primary_key=True),
    Column("tries", Integer(), nullable=False),
    utc_moment("last_at"),
    utc_moment("locked_until", nullable=True),
    index("last_at", "last_at"),
    **TABLE_OPTIONS,
)
"""Wrong passwords, counted for all processes. `subject_hash` is the SHA-256 of what the tries are counted by."""

api_credential = Table(
    "api_credential",
    own_metadata,
    row_id(),
    Column("name", String(128), nullable=False),
    exact("key_hash", 64),
    exact("prefix", 16),
    Column("permissions", Text(), nullable=False),
    Column("departments", Text(), nullable=True),
    Column("networks", Text(), nullable=True),
    reference("staff_id"),
    Column("rate_limit", Integer(), nullable=True),
    utc_moment("expires_at", nullable=True),
    utc_moment("created_at"),
    utc_moment("revoked_at", nullable=True),
    Column("notes", Text(), nullable=True),
    exact("previous_hash", 64, nullable=True),
    utc_moment("previous_until", nullable=True),
    unique("key_hash", "key_hash"),
    index("previous_hash", "previous_hash"),
    **TABLE_OPTIONS,
)
"""Our API keys. Permissions, departments and networks are JSON lists; NULL departments or networks: not limited.

`previous_hash` is of the key that this one replaced, which is good until `previous_until`.
"""

api_credential_use = Table(
    "api_credential_use",
    own_metadata,
    exact("credential", 64, primary_key=True),
    utc_moment("last_used_at"),
    **TABLE_OPTIONS,
)
"""When each API key and each browser session was last used, to the minute. Its writes end no cached caller."""

api_idempotency = Table(
    "api_idempotency",
    own_metadata,
    row_id(),
    exact("principal", 64),
    exact("idempotency_key", 255),
    exact("fingerprint", 64),
    Column("status", SmallInteger(), nullable=True),
    Column("headers", Text(), nullable=True),
    large("body", nullable=True),
    utc_moment("created_at"),
    unique("request", "principal", "idempotency_key"),
    index("created_at", "created_at"),
    **TABLE_OPTIONS,
)
"""Answers kept for a repeated POST. `status` is NULL while the first one is still running."""

api_field_permission = Table(
    "api_field_permission",
    own_metadata,
    row_id(),
    exact("resource", 16),
    Column("field", String(80), nullable=False),
    exact("effect", 8),
    exact("applies_to", 8),
    exact("target", 32),
    exact("created_by", 64),
    utc_moment("created_at"),
    utc_moment("updated_at"),
    unique("rule", "resource", "field", "applies_to", "target"),
    **TABLE_OPTIONS,
)
"""Which fields are hidden or frozen, and for whom. `target`: the id of a role, the reference of a key, or empty."""

api_switch = Table(
    "api_switch",
    own_metadata,
    exact("name", 32, primary_key=True),
    utc_moment("since"),
    **TABLE_OPTIONS,
)
"""What an administrator has switched on while servers run: see `db/switch.py`."""

api_upload = Table(
    "api_upload",
    own_metadata,
    Column("file_id", Integer(), primary_key=True, autoincrement=False),
    exact("principal", 64, primary_key=True),
    utc_moment("created_at"),
    **TABLE_OPTIONS,
)
"""Uploaded files with who uploaded them, and so may attach them. Each upload is a file of its own."""
