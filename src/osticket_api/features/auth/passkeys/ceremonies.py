"""The two ceremonies of WebAuthn: making a passkey, and showing that one has it. The library checks what is signed.

The challenge that a browser signs follows from the token of the question, which is stored as a hash and good once.
Source: Web Authentication Level 2, 7.1 and 7.2.
"""

import hmac
from base64 import urlsafe_b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import webauthn
from webauthn.helpers import bytes_to_base64url, options_to_json_dict
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from osticket_api.features.auth.passkeys.relying_party import RelyingParty

Json = Mapping[str, Any]


class Refused(Exception):
    """Raised where the browser's answer does not prove what it should. The text says why, for the log."""


@dataclass(frozen=True)
class Credential:
    """A passkey as WebAuthn knows it. `id` is base64url; `transports` are the ways to its authenticator."""

    id: str
    public_key: bytes
    sign_count: int
    transports: Sequence[str]


@dataclass(frozen=True)
class Owner:
    """Whose passkey is made. `handle` names them to the authenticator, and nothing else of them."""

    handle: bytes
    name: str
    display_name: str


def creation_options(party: RelyingParty, title: str, token: str, owner: Owner, known: Sequence[Credential]) -> Json:
    """The options of `navigator.credentials.create`.

    An authenticator that has one of the `known` passkeys makes no other.
    """
    options = webauthn.generate_registration_options(
        rp_id=party.host,
        rp_name=title,
        user_id=owner.handle,
        user_name=owner.name,
        user_display_name=owner.display_name,
        challenge=_challenge(token),
        attestation=AttestationConveyancePreference.NONE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
        exclude_credentials=[_descriptor(each) for each in known],
    )
    return options_to_json_dict(options)


def request_options(party: RelyingParty, token: str, credentials: Sequence[Credential]) -> Json:
    """The options of `navigator.credentials.get`, to ask for one of these passkeys."""
    options = webauthn.generate_authentication_options(
        rp_id=party.host,
        challenge=_challenge(token),
        allow_credentials=[_descriptor(each) for each in credentials],
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return options_to_json_dict(options)


def created(party: RelyingParty, token: str, answer: Json) -> Credential:
    """The passkey that a browser has made. Raises: Refused."""
    try:
        verified = webauthn.verify_registration_response(
            credential=dict(answer),
            expected_challenge=_challenge(token),
            expected_rp_id=party.host,
            expected_origin=party.origin,
        )
    except Exception as error:  # For bytes that are not valid, the library raises many kinds of error.
        raise Refused(_reason(error)) from None
    credential_id = bytes_to_base64url(verified.credential_id)
    if credential_id != answer["id"]:
        raise Refused("The browser and the authenticator name different passkeys")
    known = {each.value for each in AuthenticatorTransport}
    transports = sorted(known.intersection(answer["response"].get("transports") or ()))
    return Credential(credential_id, verified.credential_public_key, verified.sign_count, transports)


def shown(party: RelyingParty, token: str, answer: Json, credential: Credential) -> int:
    """How often the authenticator says that this passkey was used, now that it was shown.

    Raises: Refused, also where it says less than before: then there are two of them.
    """
    try:
        verified = webauthn.verify_authentication_response(
            credential=dict(answer),
            expected_challenge=_challenge(token),
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=credential.public_key,
            credential_current_sign_count=credential.sign_count,
        )
    except Exception as error:
        raise Refused(_reason(error)) from None
    return verified.new_sign_count


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]


def _challenge(token: str) -> bytes:
    return hmac.digest(token.encode(), b"passkey", "sha256")


def _descriptor(credential: Credential) -> PublicKeyCredentialDescriptor:
    transports = [AuthenticatorTransport(each) for each in credential.transports]
    return PublicKeyCredentialDescriptor(id=urlsafe_b64decode(credential.id + "=="), transports=transports)
