"""Middleware for every request, outermost first: the caller's address, the request id, crashes."""

import re
import time
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from secrets import token_hex

import structlog
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from osticket_api.errors import Internal
from osticket_api.server.failures import failure
from osticket_api.web.envelope import HOST

Address = IPv4Address | IPv6Address

_SAFE_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_HOP = re.compile(r"\[(?P<v6>[0-9A-Fa-f:.]+)\](:\d+)?|(?P<v4>[0-9.]+)(:\d+)?|(?P<bare>[0-9A-Fa-f:.]+)")
_EVERYWHERE = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
)
_POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
"""The Content-Security-Policy of answers other than pages, in case a browser shows one."""
_log = structlog.get_logger("access")


class TrustedProxies:
    """Takes the caller's address from `X-Forwarded-For`, as far as trusted proxies wrote it. Source: people.md 9.2."""

    def __init__(self, app: ASGIApp, networks: Sequence[str]) -> None:
        self.app = app
        self.networks = [ip_network(network, strict=False) for network in networks]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.networks and scope["type"] == "http" and scope.get("client"):
            peer = _address(scope["client"][0])
            if peer is not None and self._is_trusted(peer):
                self._look_behind(scope, peer)
        await self.app(scope, receive, send)

    def _look_behind(self, scope: Scope, client: Address) -> None:
        """Go from proxy to proxy until one that is not trusted, or that wrote something else than an address."""
        headers = Headers(scope=scope)
        for hop in reversed(",".join(headers.getlist("x-forwarded-for")).split(",")):
            address = _address(hop)
            if address is None:
                break
            client = address
            if not self._is_trusted(address):
                break
        scope["client"] = (str(client), 0)
        scheme = _nearest(headers, "x-forwarded-proto").lower()
        if scheme in ("http", "https"):
            scope["scheme"] = scheme
        host = _nearest(headers, "x-forwarded-host")
        if HOST.fullmatch(host):
            others = [(name, value) for name, value in scope["headers"] if name != b"host"]
            scope["headers"] = [(b"host", host.encode()), *others]

    def _is_trusted(self, address: Address) -> bool:
        return any(address in network for network in self.networks)


def _nearest(headers: Headers, name: str) -> str:
    """The last value of the header: the one that the proxy in front of this server appended."""
    return ",".join(headers.getlist(name)).rpartition(",")[2].strip()


def _address(text: str) -> Address | None:
    """Parse an address as proxies write it, perhaps with a port."""
    match = _HOP.fullmatch(text.strip())
    if match is None:
        return None
    try:
        address = ip_address(match["v6"] or match["v4"] or match["bare"])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


class RequestContext:
    """Gives each request an id, each response the common headers, and each request a line in the access log."""

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
                given = message["headers"]
                policy = () if any(name.lower() == _POLICY[0] for name, _ in given) else (_POLICY,)
                message["headers"] = [*given, (b"x-request-id", identifier.encode()), *_EVERYWHERE, *policy]
            await send(message)

        try:
            await self.app(scope, receive, sending)
        finally:
            _log_request(scope, identifier, status, time.perf_counter() - started)


def _request_id(given: str | None) -> str:
    return given if given and _SAFE_ID.fullmatch(given) else token_hex(16)


def _log_request(scope: Scope, identifier: str, status: int, seconds: float) -> None:
    principal = scope["state"].get("principal")
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


class Crashes:
    """Turns a crash into a response without the error's text. The log has the error under the request id."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_started = False

        async def sending(message: Message) -> None:
            nonlocal has_started
            has_started = True
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except ClientDisconnect:
            return
        except Exception:
            if scope["type"] != "http":
                raise
            identifier = scope["state"]["request_id"]
            route = getattr(scope.get("route"), "path", None)
            _log.exception("crash", request_id=identifier, method=scope["method"], route=route)
            if has_started:
                raise
            error = Internal.because(f"Something went wrong here. Quote the request id {identifier}.")
            await failure(Request(scope), error)(scope, receive, send)
