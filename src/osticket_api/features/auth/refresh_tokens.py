"""Refresh tokens: `osr_<family>.<secret>`.

The family is as secret as the rest and stays the same for one sign-in, so that every token of it is known for one that
was given once, however long ago.
"""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Final, Self

from osticket_api.access.signing import SigningKeys
from osticket_api.access.tokens import fingerprint, new_secret

_KIND: Final = "osr_"


@dataclass(frozen=True)
class RefreshToken:
    text: str

    @classmethod
    def of_new_family(cls) -> Self:
        return cls(f"{new_secret(_KIND)}.{new_secret()}")

    def next(self, keys: SigningKeys, given_hash: str) -> Self:
        """The token that follows, of the same family.

        It is always the same one, so that two requests at once, or one whose answer was lost, get one token: that with
        the `given_hash` where it was made before, be it with an older key.
        """
        digests = keys.digests(self.text)
        followers = [type(self)(f"{self._family}.{urlsafe_b64encode(each).decode().rstrip('=')}") for each in digests]
        return next((each for each in followers if each.token_hash == given_hash), followers[0])

    @property
    def _family(self) -> str:
        return self.text.partition(".")[0]

    @property
    def family_hash(self) -> str:
        return fingerprint(self._family)

    @property
    def token_hash(self) -> str:
        return fingerprint(self.text)
