"""ID tokens: who signed them, for whom, about which sign-in, until when. And tokens by which a provider signs out.

What an ID token must say is checked by Authlib, signatures by Authlib's own joserfc.
"""

from collections.abc import Mapping
from typing import Any, Final

from authlib.oidc.core.claims import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from osticket_api.features.single_sign_on.logout import LOGOUT_SECONDS, Logout
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
_LOGOUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
_LOGOUT_TYPES: Final = ("logout+jwt", "jwt")


class Untrusted(Exception):
    """The token proves nothing. The text says why, for the log."""


class UnknownKey(Untrusted):
    """Raised where none of the known keys has signed the token: the provider may have new ones."""


def claims_of(
    token: str, keys: KeySet, provider: Provider, *, nonce: str, access_token: str | None, now: int
) -> Mapping[str, Any]:
    """The claims of a valid token. Raises: Untrusted."""
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


def logout_of(token: str, keys: KeySet, provider: Provider, *, now: int) -> Logout:
    """What a logout token demands. Raises: Untrusted.

    An end (`exp`) counts where there is one: older providers give none.
    Source: OpenID Connect Back-Channel Logout 1.0, 2.6
    """
    try:
        decoded = jwt.decode(token, keys, algorithms=list(ALGORITHMS))
        jwt.JWTClaimsRegistry(
            now=now,
            leeway=_LEEWAY_SECONDS,
            iss={"essential": True, "value": provider.issuer},
            aud={"essential": True, "value": provider.client_id},
            iat={"essential": True},
        ).validate(decoded.claims)
    except (InvalidKeyIdError, BadSignatureError) as error:
        raise UnknownKey(str(error)) from None
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise Untrusted(str(error) or type(error).__name__) from None
    return _demanded(decoded.header, decoded.claims, now)


def _demanded(header: Mapping[str, Any], claims: Mapping[str, Any], now: int) -> Logout:
    """Raises: Untrusted."""
    if str(header.get("typ", "jwt")).lower() not in _LOGOUT_TYPES:
        raise Untrusted("it is a token for something else")
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(_LOGOUT_EVENT), dict):
        raise Untrusted("it does not tell of a logout")
    if "nonce" in claims:
        raise Untrusted("it has a nonce, as an ID token has")
    if now - claims["iat"] > LOGOUT_SECONDS:
        raise Untrusted("it is too old")
    logout = Logout(_text(claims, "jti") or "", _text(claims, "sub"), _text(claims, "sid"))
    if not logout.id or not (logout.subject or logout.sid):
        raise Untrusted("it lacks jti, or names neither sub nor sid")
    return logout


def _text(claims: Mapping[str, Any], name: str) -> str | None:
    """Raises: Untrusted for a value that is not a text."""
    value = claims.get(name)
    if value is not None and not isinstance(value, str):
        raise Untrusted(f"{name} is not a text")
    return value


def key_set(document: Mapping[str, Any]) -> KeySet:
    """The keys of a provider. Raises: ValueError where there are none."""
    try:
        return KeySet.import_key_set({"keys": [each for each in document["keys"] if isinstance(each, dict)]})
    except (JoseError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"there are no usable keys: {error}") from None
