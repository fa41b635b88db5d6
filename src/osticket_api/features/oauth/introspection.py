"""Token introspection (RFC 7662): whether a token is valid now, and for what."""

from typing import Any

from osticket_api.access import tokens
from osticket_api.access.credentials import is_signed_in
from osticket_api.access.keys import InvalidKey, find_key_of_token
from osticket_api.access.loading import find_principal
from osticket_api.access.permissions import KeyPermission
from osticket_api.access.signing import SigningKeys
from osticket_api.access.tokens import AccessToken
from osticket_api.db.unit import Read
from osticket_api.errors import Unauthenticated
from osticket_api.features.oauth.clients import Client
from osticket_api.features.oauth.responses import Introspection

UNKNOWN = Introspection(active=False)


def introspect(tx: Read, client: Client, text: str, signing_keys: SigningKeys) -> Introspection:
    """Describe a token to a client: its own tokens, and with the permission `admin` anybody's.

    The networks of the token's key are not checked, since the client is not the one who uses the token.
    """
    try:
        token = tokens.read(signing_keys, text)
    except Unauthenticated:
        return UNKNOWN
    is_own = token.subject == f"key:{client.found.key.id}"
    if not is_own and KeyPermission.admin not in client.found.key.permissions:
        return UNKNOWN
    return _of_key(tx, token, text) if token.is_of_key else _of_person(tx, token, text)


def _of_key(tx: Read, token: AccessToken, text: str) -> Introspection:
    try:
        found, _ = find_key_of_token(tx, token, None)
    except InvalidKey:
        return UNKNOWN
    scope = " ".join(sorted(found.key.permissions))
    return _described(text, scope=scope, client_id=str(found.key.id), username=found.key.name)


def _of_person(tx: Read, token: AccessToken, text: str) -> Introspection:
    principal = find_principal(tx, token.subject)
    if principal is None or not is_signed_in(tx, token.session_id):
        return UNKNOWN
    return _described(text, username=principal.email)


def _described(text: str, **about: Any) -> Introspection:
    claims = tokens.claims_of(text)
    named = {name: claims[name] for name in ("exp", "iat", "sub", "aud", "iss", "jti") if name in claims}
    return Introspection(active=True, token_type="Bearer", **named, **about)  # noqa: S106
