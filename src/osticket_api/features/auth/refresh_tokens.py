"""Refresh tokens: `osr_<family>.<secret>`.

The family is as secret as the rest and stays the same for one sign-in, so that every token of it is known for one that
was given once, however long ago.
"""

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Final, Self

from osticket_api.access.tokens import fingerprint, new_secret

_KIND: Final = "osr_"


@dataclass(frozen=True)
class RefreshToken:
    text: str

    @classmethod
    def of_new_family(cls) -> Self:
        return cls(f"{new_secret(_KIND)}.{new_secret()}")

    def next(self, key: str) -> Self:
        """The token that follows, of the same family.

        It is always the same one, so that two requests at once, or one whose answer was lost, get one token.
        """
        digest = hmac.digest(key.encode(), self.text.encode(), "sha256")
        return type(self)(f"{self._family}.{urlsafe_b64encode(digest).decode().rstrip('=')}")

    @property
    def _family(self) -> str:
        return self.text.partition(".")[0]

    @property
    def family_hash(self) -> str:
        return fingerprint(self._family)

    @property
    def token_hash(self) -> str:
        return fingerprint(self.text)
