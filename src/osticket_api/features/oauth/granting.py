"""Client credentials (RFC 6749 4.4): an access token that stands for an API key, for as long as the key is good."""

from osticket_api.access.keys import mark_of
from osticket_api.access.signing import SigningKeys
from osticket_api.access.tokens import AccessToken, issue
from osticket_api.errors import BadRequest
from osticket_api.features.api_keys.api import PERMISSIONS
from osticket_api.features.oauth.clients import Client
from osticket_api.features.oauth.responses import ClientToken
from osticket_api.kit.clock import system_clock
from osticket_api.kit.suggestions import shortened
from osticket_api.settings import Settings


def grant(client: Client, wanted: str | None, signing_keys: SigningKeys, settings: Settings) -> ClientToken:
    """A token for the client. Raises: BadRequest for permissions that do not exist, or that its key does not have."""
    scope = " ".join(sorted(_granted(client, wanted)))
    seconds = _seconds(client, settings.jwt_ttl)
    token = AccessToken(f"key:{client.found.key.id}", 0, scope, mark_of(client.key_hash))
    signed = issue(signing_keys, token, now=system_clock(), ttl_seconds=seconds)
    return ClientToken(access_token=signed, expires_in=seconds, scope=scope)


def _granted(client: Client, wanted: str | None) -> frozenset[str]:
    """The requested permissions that the key has; all permissions of the key, where none are requested."""
    permissions = client.found.key.permissions
    if wanted is None:
        return permissions
    names = set(wanted.split(" ")) - {""}
    for name in sorted(names - PERMISSIONS):
        raise BadRequest.because(f"There is no permission {shortened(name)}.", code="invalid_scope")
    if not names & permissions:
        raise BadRequest.because("The API key has none of these permissions.", code="invalid_scope")
    return permissions & names


def _seconds(client: Client, ttl: int) -> int:
    """How long the token is good: never longer than its key."""
    if client.expires_at is None:
        return ttl
    return max(1, min(ttl, int((client.expires_at - system_clock()).total_seconds())))
