"""Identify the caller of a stream anew for each delivery, since rights change and sign-ins end.

Equal objects identify the same caller, so that streams of the same sign-in are served together.
"""

from dataclasses import dataclass
from typing import TypeAlias

from osticket_api.access.credentials import Credentials, identify, identify_token
from osticket_api.access.principal import Principal
from osticket_api.access.rules import LISTENS
from osticket_api.access.signing import SigningKeys
from osticket_api.access.tokens import AccessToken
from osticket_api.db.engine import Database


@dataclass(frozen=True, slots=True)
class ByCredentials:
    """Identifies the caller by the credentials of the request."""

    database: Database
    signing_keys: SigningKeys
    credentials: Credentials

    async def __call__(self) -> Principal:
        """Raises: Unauthenticated; Forbidden once the session in osTicket has ended."""
        principal = (await identify(self.database, self.signing_keys, self.credentials)).principal
        LISTENS.check(principal)
        return principal


@dataclass(frozen=True, slots=True)
class ByToken:
    """Identifies the caller by the token that a ticket for one stream stood for."""

    database: Database
    token: AccessToken
    ip: str

    async def __call__(self) -> Principal:
        """Raises: Unauthenticated when the sign-in has ended."""
        return await identify_token(self.database, self.token, self.ip)


Identify: TypeAlias = ByCredentials | ByToken
