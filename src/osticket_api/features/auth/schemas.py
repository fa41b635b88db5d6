"""What signing in takes and gives."""

from typing import Literal

import msgspec
from pydantic import Field

from osticket_api.web.input import Input


class Login(Input):
    """`kind` says who signs in: an agent (`staff`) or a `user`. `username` may be an e-mail address."""

    username: str = Field(min_length=1, max_length=255, examples=["alice"])
    password: str = Field(min_length=1, max_length=1024, examples=["demo-help-desk"])
    kind: Literal["staff", "user"] = "staff"


class Refresh(Input):
    refresh_token: str = Field(min_length=1, max_length=255)


class Tokens(msgspec.Struct, kw_only=True):
    access_token: str
    token_type: str = "Bearer"  # noqa: S105
    expires_in: int
    refresh_token: str | None = None
    """None where the server is attached read-only and keeps nothing."""
    refresh_expires_in: int | None = None


class Me(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The caller as the server sees them. Agents have the fields of agents, users those of users."""

    kind: str
    id: int
    name: str
    email: str | None = None
    username: str | None = None
    is_admin: bool | None = None
    assigned_only: bool | None = None
    department_id: int | None = None
    department_ids: list[int] | None = None
    team_ids: list[int] | None = None
    permissions: list[str] | None = None
    role_permissions: dict[str, list[str]] | None = None
    organization_id: int | None = None
