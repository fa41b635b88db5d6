"""Limit requests by address before the caller is known, and add the rate limit headers to every response."""

import re
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from osticket_api.access.tokens import fingerprint
from osticket_api.errors import TooManyRequests
from osticket_api.server.failures import failure
from osticket_api.web.rates import Outcome, Rates, network_of

_UNLIMITED: Final = ("/healthz", "/metrics", "/readyz")
_SIGN_IN: Final = tuple(
    f"/api/v2/auth/{each}"
    for each in ("login", "register", "confirm", "forgot-password", "reset-password", "ticket-access", "ticket-link")
)
"""Routes where secrets can be guessed, or that send mail to an address in the request."""
_BEGINS_AT_PROVIDER: Final = re.compile(r"/api/v2/auth/oidc/[^/]*/start/?")
"""Routes where each request leaves a row until the sign-in is over."""
_TICKETS: Final = "/api/v2/tickets"
"""The route where visitors open tickets, which is limited like sign-ins."""
_MAX_KNOWN: Final = 10_000


class RateLimit:
    """Counts requests by address while the credential is missing or has not been accepted yet.

    So a new wrong credential in each request gains nothing. `web/rates.py` counts callers whose credential is accepted.
    """

    def __init__(self, app: ASGIApp, rates: Rates) -> None:
        self.app = app
        self.rates = rates
        self._known: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in _UNLIMITED:
            await self.app(scope, receive, send)
            return

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start" and "rate" in scope["state"]:
                message["headers"] = [*message["headers"], *_headers(scope["state"]["rate"])]
            await send(message)

        credentials = _credentials(scope)
        try:
            await self._spend(scope, credentials)
        except TooManyRequests as error:
            await failure(Request(scope), error)(scope, receive, telling)
            return
        await self.app(scope, receive, telling)
        self._learn(scope, credentials)

    async def _spend(self, scope: Scope, credentials: str) -> None:
        """Raises: TooManyRequests."""
        address = network_of(scope["client"][0] if scope.get("client") else "")
        if credentials not in self._known:
            await self.rates.spend(scope["state"], "default", f"address:{address}", self.rates.requests)
        is_visit = not credentials and scope["path"].rstrip("/") == _TICKETS
        is_guess = scope["method"] == "POST" and (is_visit or scope["path"].startswith(_SIGN_IN))
        if is_guess or _BEGINS_AT_PROVIDER.fullmatch(scope["path"]):
            await self.rates.spend(scope["state"], "sign-in", f"address:{address}", self.rates.sign_ins)

    def _learn(self, scope: Scope, credentials: str) -> None:
        """Remember credentials that were accepted."""
        principal = scope["state"].get("principal")
        if credentials and principal is not None and principal.kind != "anonymous":
            if len(self._known) >= _MAX_KNOWN:
                self._known.clear()
            self._known.add(credentials)


def _credentials(scope: Scope) -> str:
    """A hash of all credentials in the request."""
    headers = Headers(scope=scope)
    given = [headers.get(name, "") for name in ("authorization", "x-api-key", "cookie")]
    return fingerprint("\n".join(given)) if any(given) else ""


def _headers(rate: Outcome) -> list[tuple[bytes, bytes]]:
    """The rate limit headers of the IETF draft, and the older ones that most clients know."""
    values = {
        "ratelimit-policy": f'"{rate.policy}";q={rate.limit};w={rate.window}',
        "ratelimit": f'"{rate.policy}";r={rate.remaining};t={rate.reset_seconds}',
        "x-ratelimit-limit": str(rate.limit),
        "x-ratelimit-remaining": str(rate.remaining),
        "x-ratelimit-reset": str(int(rate.reset_at)),
    }
    return [(name.encode(), value.encode()) for name, value in values.items()]
