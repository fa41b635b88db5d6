"""What passkeys take and give. What a browser makes has the names that WebAuthn gives it: `credential.toJSON()`."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from pydantic import ConfigDict, Field

from osticket_api.features.auth.requests import SmallInput
from osticket_api.query.listing import ListQuery
from osticket_api.web.texts import Name, fits

_LONGEST_ID = 1364
"""1,023 bytes in base64url."""

Encoded = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$")]
"""Bytes in base64url without padding."""
CredentialId = Annotated[Encoded, Field(max_length=_LONGEST_ID)]
PasskeyName = Annotated[Name, Field(max_length=128, examples=["Key ring"]), fits(128)]


class _FromBrowser(SmallInput):
    """Unknown members are ignored: newer browsers add some."""

    model_config = ConfigDict(extra="ignore", serialize_by_alias=True)


class CreationResponse(_FromBrowser):
    client_data_json: Annotated[Encoded, Field(max_length=8192)] = Field(alias="clientDataJSON")
    attestation_object: Annotated[Encoded, Field(max_length=12_288)] = Field(alias="attestationObject")
    transports: list[Annotated[str, Field(max_length=32)]] = Field([], max_length=16)


class NewCredential(_FromBrowser):
    """The credential that `navigator.credentials.create` has made."""

    id: CredentialId
    raw_id: CredentialId = Field(alias="rawId")
    type: Literal["public-key"]
    response: CreationResponse


class AssertionResponse(_FromBrowser):
    client_data_json: Annotated[Encoded, Field(max_length=8192)] = Field(alias="clientDataJSON")
    authenticator_data: Annotated[Encoded, Field(max_length=4096)] = Field(alias="authenticatorData")
    signature: Annotated[Encoded, Field(max_length=8192)]


class Assertion(_FromBrowser):
    """The credential that `navigator.credentials.get` has returned."""

    id: CredentialId
    raw_id: CredentialId = Field(alias="rawId")
    type: Literal["public-key"]
    response: AssertionResponse


class PasskeyStart(SmallInput):
    current_password: str | None = Field(None, max_length=1024)


class PasskeyCreate(SmallInput):
    """The passkey that the browser made, and the challenge that it answers."""

    challenge: str = Field(min_length=1, max_length=128, examples=["osc_..."])
    name: PasskeyName
    credential: NewCredential


class PasskeyUpdate(SmallInput):
    name: PasskeyName


class PasskeyRemoval(SmallInput):
    current_password: str | None = Field(None, max_length=1024)


class PasskeyQuery(ListQuery):
    """Passkeys are few: there is nothing to filter by."""


class PasskeyEnrolment(msgspec.Struct, kw_only=True):
    """The challenge and options for making a passkey."""

    challenge: str
    expires_in: int
    options: dict[str, Any]
    """The options for `PublicKeyCredential.parseCreationOptionsFromJSON`."""


class Passkey(msgspec.Struct, kw_only=True):
    """A passkey of the agent who calls."""

    id: int
    name: str
    host: str
    """The host name that it signs in at."""
    created_at: datetime
    last_used_at: datetime | None
