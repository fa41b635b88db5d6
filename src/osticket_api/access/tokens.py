"""Access tokens: short-lived signed JSON web tokens (RFC 9068), and the random strings we hand out once."""

import hashlib
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import jwt

from osticket_api.access.signing import ISSUER, SigningKeys
from osticket_api.errors import Unauthenticated

_SUBJECT = re.compile(r"(staff|user|key):[1-9][0-9]{0,9}|guest:[1-9][0-9]{0,9}-[1-9][0-9]{0,9}")
_KEY_MARK = re.compile(r"[0-9a-f]{16}")
_TYPE = "at+jwt"
AUDIENCE = ISSUER


@dataclass(frozen=True)
class AccessToken:
    """What a token says: who, and which sign-in it belongs to (0 where none is kept).

    `staff:3`, `user:11`, or `guest:11-20`: user 11, by the link to ticket 20.

    That of a machine client names an API key (`key:7`): it has no sign-in, but the permissions that were granted, and
    the mark of the key it was got with, which ends with it.
    """

    subject: str
    session_id: int
    scope: str | None = None
    key_mark: str | None = None

    @property
    def is_of_key(self) -> bool:
        return self.subject.startswith("key:")


def issue(keys: SigningKeys, token: AccessToken, *, now: datetime, ttl_seconds: int) -> str:
    """A signed token for the next `ttl_seconds`."""
    claims = {
        "aud": AUDIENCE,
        "sub": token.subject,
        "sid": token.session_id,
        "iat": now,
        "exp": now + timedelta(seconds=ttl_seconds),
        "jti": secrets.token_hex(8),
    }
    if token.is_of_key:
        claims |= {"scope": token.scope, "client_id": token.subject.partition(":")[2], "key": token.key_mark}
    return keys.encode(_TYPE, claims)


def read(keys: SigningKeys, token: str) -> AccessToken:
    """Read a token that we signed and that is still valid. Raises: Unauthenticated."""
    try:
        said, expires_at = _verified(keys, token)
    except jwt.ExpiredSignatureError:
        raise _expired() from None
    except (jwt.InvalidTokenError, TypeError, ValueError, OverflowError):  # The last three: `exp` is not a valid time.
        raise _invalid() from None
    if expires_at <= time.time():
        raise _expired()
    return said


@lru_cache(maxsize=1024)
def _verified(keys: SigningKeys, token: str) -> tuple[AccessToken, float]:
    """What a token says, and until when (Unix time). A signature that was right stays right.

    Raises: jwt.InvalidTokenError.
    """
    claims = keys.decode(_TYPE, token, audience=AUDIENCE, required=["iat", "sub", "sid"])
    are_times = type(claims["exp"]) is int and type(claims["iat"]) is int
    if not _SUBJECT.fullmatch(claims["sub"]) or not _is_id(claims["sid"]) or not are_times:
        raise jwt.InvalidTokenError
    said = AccessToken(claims["sub"], claims["sid"], claims.get("scope"), claims.get("key"))
    if said.is_of_key and not (isinstance(said.scope, str) and _KEY_MARK.fullmatch(said.key_mark or "")):
        raise jwt.InvalidTokenError
    return said, claims["exp"]


def claims_of(token: str) -> Mapping[str, Any]:
    """All claims of a token that `read` has accepted."""
    claims: Mapping[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def _expired() -> Unauthenticated:
    return Unauthenticated.because("The access token has expired; refresh it.", code="token_expired")


def _invalid() -> Unauthenticated:
    return Unauthenticated.because("The access token is not valid.", code="token_invalid")


def _is_id(claim: object) -> bool:
    return type(claim) is int and 0 <= claim < 2**32


def new_secret(prefix: str = "") -> str:
    """256 random bits as text, with a prefix that tells what it is."""
    return prefix + secrets.token_urlsafe(32)


def fingerprint(secret: str) -> str:
    """The SHA-256 of a secret in hex, which is stored in its place."""
    return hashlib.sha256(secret.encode()).hexdigest()
