"""What the routes of OAuth answer, in the shapes of RFC 6749 and RFC 7662."""

from typing import Literal

import msgspec


class ClientToken(msgspec.Struct, kw_only=True):
    """An access token for an API key."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105
    expires_in: int
    scope: str
    """The permissions that the token has, separated by spaces."""


class Introspection(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The state of a token. For a token that is not valid, only `active` is given."""

    active: bool
    scope: str | None = None
    client_id: str | None = None
    """The id of the API key that got the token."""
    username: str | None = None
    """The person who signed in, or the name of the API key."""
    token_type: Literal["Bearer"] | None = None
    exp: int | None = None
    iat: int | None = None
    sub: str | None = None
    """Whom the token stands for, such as `key:7`, `staff:3` or `user:11`."""
    aud: str | None = None
    iss: str | None = None
    jti: str | None = None
