"""Signatures in addresses: for a while they stand for the caller who got them, at that one path."""

import math
from datetime import datetime
from typing import Final

import jwt

from osticket_api.access.signing import SigningKeys
from osticket_api.access.tokens import AccessToken
from osticket_api.errors import Unauthenticated

_TYPE: Final = "link+jwt"
LIFETIME: Final = 600
"""Seconds for which a signature is good at least, and half as long as it is good at most."""


def sign(keys: SigningKeys, path: str, token: AccessToken, *, now: datetime) -> str:
    """A signature for reading at this path, by who has the token, while their sign-in lasts.

    Within a lifetime it is always the same, so that answers that contain it stay the same too.
    """
    expires_at = (math.floor(now.timestamp() / LIFETIME) + 2) * LIFETIME
    claims = {"aud": path, "sub": token.subject, "sid": token.session_id, "exp": expires_at}
    return keys.encode(_TYPE, claims)


def read(keys: SigningKeys, signature: str, path: str) -> AccessToken:
    """Whom a signature at this path stands for. Raises: Unauthenticated."""
    try:
        claims = keys.decode(_TYPE, signature, audience=path, required=["sub", "sid", "aud"])
    except jwt.ExpiredSignatureError:
        raise Unauthenticated.because("This address has expired; ask for a new one.", code="link_expired") from None
    except (jwt.InvalidTokenError, TypeError, ValueError, OverflowError):
        raise Unauthenticated.because("The signature of this address is not valid.", code="link_invalid") from None
    return AccessToken(claims["sub"], claims["sid"])
