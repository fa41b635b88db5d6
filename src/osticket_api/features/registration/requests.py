"""Requests of people who have no account yet, or have forgotten its password."""

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from osticket_api.features.auth.api import Mode, SmallInput
from osticket_api.features.users.api import Password, PersonName
from osticket_api.web.texts import Address, Timezone


class Token(SmallInput):
    """The `token` of the link in the mail."""

    token: str = Field(min_length=1, max_length=128)
    mode: Mode = Field("token", description="How to stay signed in, as for `/auth/login`.")


class AccountRequest(SmallInput):
    """An account for oneself. `phone` and `custom_fields` answer the help desk's contact form."""

    name: PersonName = Field(examples=["Zoe Zulu"])
    email: Address = Field(examples=["zoe@example.net"])
    password: Password = Field(examples=["long enough"])
    timezone: Timezone | None = Field(None, examples=["Europe/Berlin"])
    phone: str | None = Field(None, max_length=64, examples=["555-0001"])
    custom_fields: dict[str, Any] = Field(default_factory=dict)

    def answers(self) -> Mapping[str, Any]:
        return {**self.custom_fields, **({} if self.phone is None else {"phone": self.phone})}


Kind = Literal["staff", "user"]


class PasswordForgotten(SmallInput):
    """`kind` says who forgot it: an agent (`staff`) or a `user`."""

    kind: Kind = "user"
    username: str = Field(min_length=1, max_length=255, description="User name or e-mail address.", examples=["uma"])


class PasswordReset(Token):
    """The `token` of the mail, and the user name or address of the account it was sent for."""

    kind: Kind = "user"
    username: str = Field(min_length=1, max_length=255, examples=["uma"])
    password: Password | None = Field(
        None,
        description="The new password. A user's token stays good without one, and one must be chosen with it.",
    )

    @model_validator(mode="after")
    def _agents_choose(self) -> Self:
        if self.kind == "staff" and self.password is None:
            raise ValueError("An agent chooses a password at once.")
        return self
