"""What every request passes, outermost first: whose address, which id, how large, how often."""

import re
import time
import traceback
from collections.abc import Mapping, Sequence
from ipaddress import ip_address, ip_network
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from osticket_api.access.tokens import fingerprint
from osticket_api.errors import ApiError, Internal, TooLarge, TooManyRequests
from osticket_api.server.failures import failure

_SAFE_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_log = structlog.get_logger("access")


class TrustedProxies:
    """Believes `X-Forwarded-For` only as far as it was written by proxies we know. Source: people.md 9.2."""

    def __init__(self, app: ASGIApp, networks: Sequence[str]) -> None:
        self.app = app
        self.networks = [ip_network(network, strict=False) for network in networks]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope.get("client") and self._is_trusted(scope["client"][0]):
            self._look_behind(scope)
        await self.app(scope, receive, send)

    def _look_behind(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        hops = [hop.strip() for hop in headers.get("x-forwarded-for", "").split(",") if _is_address(hop.strip())]
        if hops:
            client = next((hop for hop in reversed(hops) if not self._is_trusted(hop)), hops[0])
            scope["client"] = (client, 0)
        if headers.get("x-forwarded-proto") in ("http", "https"):
            scope["scheme"] = headers["x-forwarded-proto"]

    def _is_trusted(self, address: str) -> bool:
        return _is_address(address) and any(ip_address(address) in network for network in self.networks)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


class RequestContext:
    """Gives the request its id, writes one line of access log, and turns a crash into an answer without its text."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        identifier = _request_id(Headers(scope=scope).get("x-request-id"))
        scope.setdefault("state", {})["request_id"] = identifier
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = identifier
                headers["X-Content-Type-Options"] = "nosniff"
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except Exception:
            _log.error("crash", request_id=identifier, trace=traceback.format_exc())
            if status:
                raise
            error = Internal.because(f"Something went wrong here. Quote the request id {identifier}.")
            await failure(Request(scope), error)(scope, receive, sending)
        finally:
            _log_request(scope, identifier, status, time.perf_counter() - started)


def _request_id(given: str | None) -> str:
    return given if given and _SAFE_ID.fullmatch(given) else uuid4().hex


def _log_request(scope: Scope, identifier: str, status: int, seconds: float) -> None:
    principal = scope.get("state", {}).get("principal")
    _log.info(
        "request",
        request_id=identifier,
        method=scope["method"],
        path=scope["path"],
        status=status,
        duration_ms=round(seconds * 1000, 2),
        caller=principal.key if principal is not None else None,
        ip=scope["client"][0] if scope.get("client") else None,
    )


class BodyLimit:
    """Stops reading a request body that is larger than allowed, whatever its Content-Length says.

    `exceptions` are paths with a limit of their own.
    """

    def __init__(self, app: ASGIApp, limit_bytes: int, exceptions: Mapping[str, int]) -> None:
        self.app = app
        self.limit_bytes = limit_bytes
        self.exceptions = exceptions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self.exceptions.get(scope["path"], self.limit_bytes)
        error = TooLarge.because(f"The request body is larger than {limit} bytes.")
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdigit() and int(declared) > limit:
            await failure(Request(scope), error)(scope, receive, send)
            return
        received = 0

        async def receiving() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise error
            return message

        await self.app(scope, receiving, send)


class RateLimit:
    """A fixed window of requests for each credential, or each address where there is none.

    Kept in the memory of this process: several processes allow several times as much.
    """

    def __init__(self, app: ASGIApp, requests: int, window_seconds: int) -> None:
        self.app = app
        self.requests = requests
        self.window_seconds = window_seconds
        self._window = 0
        self._counts: dict[str, int] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in ("/healthz", "/readyz"):
            await self.app(scope, receive, send)
            return
        caller = _caller(scope)
        allowed = _limit_of_key(scope, caller) or self.requests
        remaining, reset = self._spend(caller, allowed)
        if remaining < 0:
            error: ApiError = TooManyRequests.because(f"Too many requests; wait {reset} seconds.")
            error.headers["Retry-After"] = str(reset)
            await failure(Request(scope), error)(scope, receive, self._telling(send, allowed, 0, reset))
        else:
            await self.app(scope, receive, self._telling(send, allowed, remaining, reset))

    def _spend(self, caller: str, allowed: int) -> tuple[int, int]:
        """Count one request. Returns how many are left and in how many seconds the window ends."""
        now = int(time.time())
        window = now // self.window_seconds
        if window != self._window:
            self._window = window
            self._counts.clear()
        self._counts[caller] = self._counts.get(caller, 0) + 1
        return allowed - self._counts[caller], self.window_seconds - now % self.window_seconds

    def _telling(self, send: Send, allowed: int, remaining: int, reset: int) -> Send:
        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["RateLimit-Policy"] = f'"default";q={allowed};w={self.window_seconds}'
                headers["RateLimit"] = f'"default";r={remaining};t={reset}'
            await send(message)

        return telling


def _limit_of_key(scope: Scope, caller: str) -> int | None:
    """What an API key's own row says, once it has been read."""
    limit: int | None = scope["app"].state.database.memory.get(("rate_limit", caller))
    return limit


def _caller(scope: Scope) -> str:
    headers = Headers(scope=scope)
    credential = headers.get("authorization") or headers.get("x-api-key")
    if credential:
        return fingerprint(credential)
    return scope["client"][0] if scope.get("client") else ""
