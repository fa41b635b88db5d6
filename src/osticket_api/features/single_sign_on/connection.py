"""One identity provider: where it is, by which keys it signs, and what it says of somebody.

Source: OpenID Connect Core and Discovery 1.0, RFC 7636 (PKCE), RFC 9207 (the issuer in the answer).
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote_plus, urlencode

import structlog
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc.jwk import KeySet

from osticket_api.errors import BadRequest, Unauthenticated, Unavailable
from osticket_api.features.single_sign_on.exchanges import Exchanges
from osticket_api.features.single_sign_on.id_tokens import UnknownKey, Untrusted, claims_of, key_set, logout_of
from osticket_api.features.single_sign_on.logout import Logout
from osticket_api.features.single_sign_on.person import Person, person_of
from osticket_api.features.single_sign_on.proof import Proof
from osticket_api.kit.clock import system_clock
from osticket_api.kit.ttl_cache import TtlCache
from osticket_api.settings_providers import Provider, is_safe_address

_KEPT_SECONDS: Final = 3600.0
_ASKED_EACH_SECONDS: Final = 10.0
_ADDRESSES: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_FORM: Final = "application/x-www-form-urlencoded"
_OURS_TO_MEND: Final = frozenset({"invalid_client", "unauthorized_client", "invalid_scope", "unsupported_grant_type"})
_log = structlog.get_logger("security")


class Connection:
    """A provider's metadata and keys, cached for an hour.

    Keys are also fetched when the provider signs by a new one.
    """

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self._exchanges = Exchanges(provider)
        self._known = TtlCache()

    async def find_fault(self) -> str | None:
        """Find what keeps people from signing in at the provider; None where nothing does."""
        try:
            await self._metadata()
            await self._keys()
        except Unavailable as error:
            return "; ".join(error.__notes__)
        return None

    async def authorization_address(self, proof: Proof) -> str:
        """The address at which somebody signs in. Raises: Unavailable."""
        metadata = await self._metadata()
        address: str = prepare_grant_uri(
            metadata["authorization_endpoint"],
            self.provider.client_id,
            "code",
            redirect_uri=proof.redirect_uri,
            scope=list(self.provider.scopes),
            state=proof.state,
            nonce=proof.nonce,
            code_challenge=create_s256_code_challenge(proof.verifier),
            code_challenge_method="S256",
        )
        return address

    async def check_issuer(self, issuer: str | None) -> None:
        """Hold the answer to the provider that was asked. Raises: Unauthenticated, Unavailable."""
        metadata = await self._metadata()
        is_promised = metadata.get("authorization_response_iss_parameter_supported") is True
        if issuer != self.provider.issuer and (issuer is not None or is_promised):
            raise self.untrusted("the answer is of another issuer")

    async def redeem(self, code: str, proof: Proof) -> Person:
        """Exchange a code for what the provider says of somebody. Raises: Unauthenticated, Unavailable."""
        tokens = await self._tokens(code, proof)
        id_token, access_token = tokens.get("id_token"), tokens.get("access_token")
        if not isinstance(id_token, str) or not isinstance(access_token, str | None):
            raise self.untrusted("there is no ID token in the answer")
        claims = await self._claims(id_token, proof.nonce, access_token)
        if access_token and self._lacks(claims):
            claims = {**await self._userinfo(access_token, claims["sub"]), **claims}
        return person_of(self.provider, claims, id_token)

    async def logout_address(self, id_token: str, back_to: str) -> str | None:
        """The address at which the session at the provider ends; None where the provider has none.

        Raises: Unavailable.
        """
        address = (await self._metadata()).get("end_session_endpoint")
        if not isinstance(address, str) or not is_safe_address(address):
            return None
        query = {
            "id_token_hint": id_token, "client_id": self.provider.client_id, "post_logout_redirect_uri": back_to
        }  # fmt: skip
        return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"

    async def read_logout(self, token: str) -> Logout:
        """Whom the provider wants signed out. Raises: BadRequest for a token that proves nothing, Unavailable."""
        now = int(system_clock().timestamp())
        try:
            try:
                return logout_of(token, await self._keys(), self.provider, now=now)
            except UnknownKey:
                return logout_of(token, await self._keys(are_new=self._may_ask_again()), self.provider, now=now)
        except Untrusted as reason:
            _log.warning("logout_token_untrusted", provider=self.provider.name, reason=str(reason)[:500])
            message = "The logout token is not valid."
            raise BadRequest.because(message, code="logout_token_invalid", field="logout_token") from None

    def _may_ask_again(self) -> bool:
        """Whether keys may be fetched anew: not for each token, since anybody can send tokens."""
        has_asked = self._known.get("asked again") is not None
        if not has_asked:
            self._known.put("asked again", True, _ASKED_EACH_SECONDS)
        return not has_asked

    def untrusted(self, reason: str) -> Unauthenticated:
        """Log the reason, and keep it from the caller: it would help whoever forges an answer."""
        _log.warning("provider_answer_untrusted", provider=self.provider.name, reason=reason[:500])
        message = f"The answer of {self.provider.title} is not valid; sign in again."
        return Unauthenticated.because(message, code="provider_answer_invalid")

    async def _metadata(self) -> Mapping[str, Any]:
        known: Mapping[str, Any] | None = self._known.get("metadata")
        if known is not None:
            return known
        issuer = self.provider.issuer
        found = await self._exchanges.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != issuer:
            raise self._exchanges.away(f"it calls itself {str(found.get('issuer'))[:255]!r}, not {issuer!r}")
        for name in _ADDRESSES:
            if not isinstance(found.get(name), str) or not is_safe_address(found[name]):
                raise self._exchanges.away(f"its {name} is missing or not safe")
        self._known.put("metadata", found, _KEPT_SECONDS)
        return found

    async def _keys(self, *, are_new: bool = False) -> KeySet:
        known: KeySet | None = None if are_new else self._known.get("keys")
        if known is not None:
            return known
        document = await self._exchanges.get((await self._metadata())["jwks_uri"])
        try:
            keys = key_set(document)
        except ValueError as error:
            raise self._exchanges.away(str(error)) from None
        self._known.put("keys", keys, _KEPT_SECONDS)
        return keys

    async def _claims(self, id_token: str, nonce: str, access_token: str | None) -> Mapping[str, Any]:
        about: dict[str, Any] = {
            "nonce": nonce, "access_token": access_token, "now": int(system_clock().timestamp())
        }  # fmt: skip
        try:
            try:
                return claims_of(id_token, await self._keys(), self.provider, **about)
            except UnknownKey:
                return claims_of(id_token, await self._keys(are_new=True), self.provider, **about)
        except Untrusted as reason:
            raise self.untrusted(str(reason)) from None

    async def _tokens(self, code: str, proof: Proof) -> Mapping[str, Any]:
        body = prepare_token_request(
            "authorization_code", code=code, redirect_uri=proof.redirect_uri, code_verifier=proof.verifier
        )
        secret = self._secret()
        method = f"client_secret_{self.provider.client_auth}" if secret else "none"
        named = (self.provider.client_id, secret)
        if method == "client_secret_basic":
            named = (quote_plus(named[0]), quote_plus(named[1]))  # RFC 6749 2.3.1 wants this; Authlib leaves it out.
        address, headers, body = ClientAuth(*named, method).prepare(
            "POST", (await self._metadata())["token_endpoint"], {"Content-Type": _FORM}, body
        )
        status, answer = await self._exchanges.send("POST", address, headers, body.encode())
        if status == 200:
            return answer
        error = str(answer.get("error"))[:100]
        if status >= 500 or error in _OURS_TO_MEND:
            raise self._exchanges.away(f"its token endpoint answers {status} {error}")
        raise self.untrusted(f"its token endpoint answers {status} {error}")

    def _secret(self) -> str:
        """Read anew each time: a new secret needs no restart. Raises: Unavailable."""
        try:
            return self.provider.secret
        except (OSError, UnicodeDecodeError) as error:
            raise self._exchanges.away(f"its client_secret_file cannot be read: {error}") from None

    def _lacks(self, claims: Mapping[str, Any]) -> bool:
        """Whether the token lacks a claim that matters here, so that the provider's UserInfo must be asked."""
        provider = self.provider
        wanted = ["email"] if provider.match_email or provider.create_users or provider.create_agents else []
        wanted += [provider.username_claim] if provider.backends or provider.create_agents else []
        wanted += [provider.groups_claim.partition(".")[0]] if provider.agents else []
        return any(name not in claims for name in wanted)

    async def _userinfo(self, access_token: str, subject: str) -> Mapping[str, Any]:
        address = (await self._metadata()).get("userinfo_endpoint")
        if not isinstance(address, str):
            return {}
        found = await self._exchanges.get(address, {"Authorization": f"Bearer {access_token}"})
        if found.get("sub") != subject:
            raise self.untrusted("its UserInfo is about somebody else")
        return found
