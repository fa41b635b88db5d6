"""How often somebody may call."""

import time

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from osticket_api.access.tokens import fingerprint
from osticket_api.errors import TooManyRequests
from osticket_api.server.failures import failure

_UNLIMITED = ("/healthz", "/readyz")
_MAX_KNOWN = 10_000


class RateLimit:
    """A fixed window of requests for each credential that has proved good, and for each address for all others.

    So nobody gains by sending a new bad credential each time. Kept in the memory of this process: several processes
    allow several times as much.
    """

    def __init__(self, app: ASGIApp, requests: int, window_seconds: int) -> None:
        self.app = app
        self.requests = requests
        self.window_seconds = window_seconds
        self._window = 0
        self._counts: dict[str, int] = {}
        self._known: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in _UNLIMITED:
            await self.app(scope, receive, send)
            return
        credential = _credential(scope)
        caller = credential if credential in self._known else _address(scope)
        allowed = _limit_of_key(scope, caller) or self.requests
        remaining, reset = self._spend(caller, allowed)
        telling = self._telling(send, allowed, max(0, remaining), reset)
        if remaining < 0:
            error = TooManyRequests.because(f"Too many requests; wait {reset} seconds.")
            error.headers["Retry-After"] = str(reset)
            await failure(Request(scope), error)(scope, receive, telling)
        else:
            await self.app(scope, receive, telling)
            self._learn(scope, credential)

    def _spend(self, caller: str, allowed: int) -> tuple[int, int]:
        """Count one request. Returns how many are left and in how many seconds the window ends."""
        now = int(time.time())
        window = now // self.window_seconds
        if window != self._window:
            self._window = window
            self._counts.clear()
        self._counts[caller] = self._counts.get(caller, 0) + 1
        return allowed - self._counts[caller], self.window_seconds - now % self.window_seconds

    def _learn(self, scope: Scope, credential: str) -> None:
        """Remember a credential that has told who calls."""
        principal = scope["state"].get("principal")
        if credential and principal is not None and principal.kind != "anonymous" and credential not in self._known:
            if len(self._known) >= _MAX_KNOWN:
                self._known.clear()
            self._known.add(credential)

    def _telling(self, send: Send, allowed: int, remaining: int, reset: int) -> Send:
        policy = f'"default";q={allowed};w={self.window_seconds}'.encode()
        state = f'"default";r={remaining};t={reset}'.encode()

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"ratelimit-policy", policy), (b"ratelimit", state)]
            await send(message)

        return telling


def _limit_of_key(scope: Scope, caller: str) -> int | None:
    """What an API key's own row says, once it has been read."""
    limit: int | None = scope["app"].state.database.memory.get(("rate_limit", caller))
    return limit


def _credential(scope: Scope) -> str:
    headers = Headers(scope=scope)
    credential = headers.get("authorization") or headers.get("x-api-key")
    return fingerprint(credential) if credential else ""


def _address(scope: Scope) -> str:
    return scope["client"][0] if scope.get("client") else ""
