"""Our own tables for signing in through identity providers."""

from sqlalchemy import BigInteger, Column, Integer, String, Table

from osticket_api.db.tables.columns import index, unique
from osticket_api.db.tables.metadata import own_metadata
from osticket_api.db.tables.own_columns import TABLE_OPTIONS, exact, large, row_id, utc_moment

api_identity = Table(
    "api_identity",
    own_metadata,
    row_id(),
    exact("issuer", 255),
    exact("subject", 255),
    exact("principal_kind", 1),
    Column("principal_id", Integer(), nullable=False),
    utc_moment("created_at"),
    utc_moment("last_used_at", nullable=True),
    unique("identity", "issuer", "subject", "principal_kind"),
    unique("principal", "principal_kind", "principal_id", "issuer"),
    **TABLE_OPTIONS,
)
"""Links between accounts at identity providers and agents (S) or users (U) here.

At most one for each person and issuer.
"""

api_sign_on = Table(
    "api_sign_on",
    own_metadata,
    row_id(),
    exact("state_hash", 64),
    exact("browser_hash", 64),
    exact("code_hash", 64, nullable=True),
    exact("provider", 32),
    exact("kind", 8),
    exact("mode", 8),
    Column("return_to", String(512), nullable=False),
    exact("linking", 32, nullable=True),
    exact("code_challenge", 64, nullable=True),
    large("outcome", nullable=True),
    utc_moment("created_at"),
    utc_moment("expires_at"),
    unique("state_hash", "state_hash"),
    unique("code_hash", "code_hash"),
    index("expires_at", "expires_at"),
    **TABLE_OPTIONS,
)
"""Sign-ins that are under way at a provider. `browser_hash` is of the cookie of the browser that began it.

`code_hash` is of the code that the browser has got for the `outcome`, which is encrypted. `linking`: who wants to have
an identity linked, instead of signing in. `code_challenge`: of a front end on another host, which sends no cookie.
"""

api_provider_session = Table(
    "api_provider_session",
    own_metadata,
    row_id(),
    Column("session_id", BigInteger().with_variant(Integer(), "sqlite"), nullable=True),
    exact("challenge_hash", 64, nullable=True),
    exact("provider", 32),
    large("id_token"),
    exact("subject_hash", 64, nullable=True),
    exact("sid_hash", 64, nullable=True),
    utc_moment("created_at"),
    unique("session_id", "session_id"),
    unique("challenge_hash", "challenge_hash"),
    index("subject_hash", "subject_hash"),
    index("sid_hash", "sid_hash"),
    index("created_at", "created_at"),
    **TABLE_OPTIONS,
)
"""Which provider a sign-in came by, with the encrypted token that ends the session there.

`challenge_hash`: of an agent who is still to show a second factor; `session_id` is NULL until then. `subject_hash` and
`sid_hash`: of the person, and of the session at the provider, as its ID token names them.
"""

api_provider_logout = Table(
    "api_provider_logout",
    own_metadata,
    exact("token_hash", 64, primary_key=True),
    utc_moment("expires_at"),
    index("expires_at", "expires_at"),
    **TABLE_OPTIONS,
)
"""Requests of providers to sign somebody out, each good once. `token_hash` is of the provider and the token's `jti`."""
