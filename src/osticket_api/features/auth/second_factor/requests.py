"""Request and response models for second factors."""

from typing import Annotated, Literal, Self

import msgspec
from pydantic import Field, model_validator

from osticket_api.access.second_factors import Method
from osticket_api.features.auth.passkeys.requests import Assertion
from osticket_api.features.auth.requests import SmallInput
from osticket_api.kit.enumerations import one_of


class CodeAnswer(SmallInput):
    """A code, and the challenge that it answers."""

    challenge: str = Field(min_length=1, max_length=128, examples=["osc_..."])
    code: str = Field(min_length=1, max_length=16, examples=["123456"])


class FactorAnswer(SmallInput):
    """The challenge of a sign-in, and either a code or the passkey that a browser has shown."""

    challenge: str = Field(min_length=1, max_length=128, examples=["osc_..."])
    code: str | None = Field(None, min_length=1, max_length=16, examples=["123456"])
    passkey: Assertion | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.code is None) is (self.passkey is None):
            raise ValueError("Send either code or passkey.")
        return self


class EnrolmentRequest(SmallInput):
    """`totp`: an authenticator app. `email`: codes are mailed to the agent's address."""

    method: Literal["totp", "email"]
    current_password: str | None = Field(None, max_length=1024)

    @property
    def wanted(self) -> Method:
        return Method(self.method)


class Removal(SmallInput):
    current_password: str | None = Field(None, max_length=1024)


class SecondFactorState(msgspec.Struct, kw_only=True):
    method: Annotated[str, one_of(("totp", "email", "other"))] | None
    """`totp`, `email`, `other` for one that only osTicket's panel can ask for; null where there is none."""
    passkeys: int
    """How many passkeys there are beside it."""
    is_required: bool
    """Whether the help desk demands a second factor of its agents."""


class Enrolment(msgspec.Struct, kw_only=True):
    """What an agent needs to show the first code of a new second factor."""

    challenge: str
    method: Annotated[str, one_of(("totp", "email"))]
    expires_in: int
    secret: str | None = None
    """The key of the authenticator in base32, told this once."""
    otpauth_url: str | None = None
    """The address that an authenticator app reads from a QR code."""
    sent_to: str | None = None
    """The address that the code was mailed to, most of it hidden."""
