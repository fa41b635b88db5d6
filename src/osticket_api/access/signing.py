"""The keys that sign what callers are given: access tokens, addresses of files, CSRF tokens."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import jwt

_ALGORITHM: Final = "HS256"
ISSUER: Final = "osticket-api"


@dataclass(frozen=True)
class SigningKeys:
    """The first key signs, every one of them is accepted: so a key is changed without signing anybody out.

    A token names its key by `kid`. One without is held against the first key.
    """

    keys: tuple[str, ...]

    def encode(self, kind: str, claims: Mapping[str, Any]) -> str:
        """A signed JSON web token of this `typ`."""
        headers = {"typ": kind, "kid": _name(self.keys[0])}
        return jwt.encode({"iss": ISSUER, **claims}, self.keys[0], algorithm=_ALGORITHM, headers=headers)

    def decode(self, kind: str, token: str, *, audience: str, required: list[str]) -> Mapping[str, Any]:
        """The claims of a token of this `typ` that we signed and that is still good. Raises: jwt.InvalidTokenError."""
        header = jwt.get_unverified_header(token)
        if header.get("typ") != kind:
            raise jwt.InvalidTokenError
        key = self._key(header.get("kid"))
        options: Any = {"require": ["exp", *required]}
        claims: Mapping[str, Any] = jwt.decode(
            token, key, algorithms=[_ALGORITHM], audience=audience, issuer=ISSUER, options=options
        )
        return claims

    def _key(self, name: object) -> str:
        if name is None:
            return self.keys[0]
        for key in self.keys:
            if _name(key) == name:
                return key
        raise jwt.InvalidTokenError

    def digests(self, text: str) -> Sequence[bytes]:
        """The digest of a text by each key; the first is the one to hand out."""
        return [hmac.digest(key.encode(), text.encode(), "sha256") for key in self.keys]


def _name(key: str) -> str:
    return hashlib.sha256(f"kid {key}".encode()).hexdigest()[:8]
