"""Request and response models of signing in."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal, Self

import msgspec
from pydantic import Field, model_validator

from osticket_api.features.auth.sign_in_context import Mode
from osticket_api.kit.enumerations import one_of
from osticket_api.query.listing import ListQuery
from osticket_api.web.input import Input, Parameters


class SmallInput(Input):
    """The base of requests that anybody may send: small bodies."""

    body_limit: ClassVar[int | None] = 16 * 1024


class Login(SmallInput):
    """`kind` says who signs in: an agent (`staff`) or a `user`. `username` may be an e-mail address."""

    username: str = Field(min_length=1, max_length=255, examples=["alice"])
    password: str = Field(min_length=1, max_length=1024, examples=["demo-help-desk"])
    kind: Literal["staff", "user"] = "staff"
    mode: Mode = Field(
        "token",
        description="`cookie` begins a browser session: its cookie is HttpOnly, and pages send `csrf_token` as "
        "`X-CSRF-Token` with everything that is not a GET.",
    )


class Refresh(SmallInput):
    refresh_token: str = Field(min_length=1, max_length=255)


class TicketLinkRequest(SmallInput):
    """The number of a ticket, and the address that its owner, or somebody who takes part, has."""

    email: str = Field(min_length=3, max_length=255, examples=["wanda@example.net"])
    number: str = Field(min_length=1, max_length=20, examples=["123456"])


class TicketToken(SmallInput):
    """What lets a guest in: the code of a mailed link, or an address and the number of a ticket."""

    token: str | None = Field(None, min_length=1, max_length=255, examples=["o1xbuaaaaacaaaaaV20mYmg+3GRn0g=="])
    email: str | None = Field(None, min_length=3, max_length=255, description="With `number`, in the place of `token`.")
    number: str | None = Field(None, min_length=1, max_length=20, description="With `email`.")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        by_number = (self.email is not None, self.number is not None)
        if by_number != (self.token is None,) * 2:
            raise ValueError("Send either token, or email and number.")
        return self


class TicketAccess(msgspec.Struct, kw_only=True):
    """A token that reads and answers one ticket, as the user whose link or address it is."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105
    expires_in: int
    """Seconds; the link, or the address and number, gives another one then."""
    ticket_id: int


class Tokens(msgspec.Struct, kw_only=True):
    access_token: str
    """Empty for a browser session, whose cookie stands for it."""
    token_type: Literal["Bearer", "Cookie"] = "Bearer"  # noqa: S105
    """How it is sent; Cookie for a browser session."""
    expires_in: int
    refresh_token: str | None = None
    """null for a browser session, and where the server is attached read-only and stores no sign-ins."""
    refresh_expires_in: int | None = None
    password_change_required: bool = False
    """Whether the tokens are good for nothing but changing the password, by `PATCH /staff/me` or `/users/me`."""
    csrf_token: str | None = None
    """For a browser session: what its pages send as `X-CSRF-Token`. The cookie `osticket-csrf` has it too."""


class SessionQuery(ListQuery):
    """Sign-ins are few: there is nothing to filter by."""


class LogoutQuery(Parameters):
    everywhere: bool = Field(False, description="End all sign-ins of the caller, not only this one.")


class ActiveSignIn(msgspec.Struct, kw_only=True):
    """A sign-in that has not ended."""

    id: int
    ip: str
    """The address it was begun from."""
    user_agent: str
    is_current: bool
    """The sign-in that asks."""
    created_at: datetime
    last_used_at: datetime
    """When the sign-in was last continued by its refresh token, or a browser session last used, to the minute."""
    expires_at: datetime
    mode: Annotated[str, one_of(("token", "cookie"))]
    """`cookie` for a browser session."""


class Me(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The caller as the server sees them. Agents have the fields of agents, users those of users."""

    kind: Annotated[str, one_of(("staff", "user"))]
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
