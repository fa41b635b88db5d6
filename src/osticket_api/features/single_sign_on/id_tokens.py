"""ID tokens: who signed them, for whom, about which sign-in, until when.

What a token must say is checked by Authlib, its signature by Authlib's own joserfc.
"""

from collections.abc import Mapping
from typing import Any, Final

from authlib.oidc.core.claims import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from osticket_api.settings_providers import Provider

ALGORITHMS: Final = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
)
"""Signatures by a key that only the provider has: none by a shared secret, and not none at all."""
_LEEWAY_SECONDS: Final = 60


class Untrusted(Exception):
    """The token proves nothing. The text says why, for the log."""


class UnknownKey(Untrusted):
    """None of the keys that are known has signed it: there may be new ones."""


def claims_of(
    token: str, keys: KeySet, provider: Provider, *, nonce: str, access_token: str | None, now: int
) -> Mapping[str, Any]:
    """What a token says. Raises: Untrusted."""
    try:
        decoded = jwt.decode(token, keys, algorithms=list(ALGORITHMS))
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            options={
                "iss": {"essential": True, "value": provider.issuer},
                "aud": {"essential": True, "value": provider.client_id},
            },
            params={"nonce": nonce, "client_id": provider.client_id, "access_token": access_token},
        )
        claims.validate(now=now, leeway=_LEEWAY_SECONDS)
    except (InvalidKeyIdError, BadSignatureError) as error:
        raise UnknownKey(str(error)) from None
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise Untrusted(str(error) or type(error).__name__) from None
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255 or not claims["sub"].isascii():
        raise Untrusted("sub is not a text of 1 to 255 characters")
    return dict(claims)


def key_set(document: Mapping[str, Any]) -> KeySet:
    """The keys of a provider. Raises: ValueError where there are none."""
    try:
        return KeySet.import_key_set({"keys": [each for each in document["keys"] if isinstance(each, dict)]})
    except (JoseError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"there are no usable keys: {error}") from None
