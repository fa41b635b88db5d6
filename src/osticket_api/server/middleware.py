"""What every request passes, outermost first: whose address, which id, what if it crashes, how large."""

import re
import time
import traceback
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from uuid import uuid4

import structlog
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from osticket_api.errors import Internal, TooLarge
from osticket_api.server.failures import failure

Address = IPv4Address | IPv6Address

_SAFE_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_HOP = re.compile(r"\[(?P<v6>[0-9A-Fa-f:.]+)\](:\d+)?|(?P<v4>[0-9.]+)(:\d+)?|(?P<bare>[0-9A-Fa-f:.]+)")
_EVERYWHERE = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
)
_log = structlog.get_logger("access")


class TrustedProxies:
    """Believes `X-Forwarded-For` only as far as it was written by proxies we know. Source: people.md 9.2."""

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
        """Go from proxy to proxy, until one that we do not know, or that wrote something else than an address."""
        headers = Headers(scope=scope)
        for hop in reversed(",".join(headers.getlist("x-forwarded-for")).split(",")):
            address = _address(hop)
            if address is None:
                break
            client = address
            if not self._is_trusted(address):
                break
        scope["client"] = (str(client), 0)
        if headers.get("x-forwarded-proto") in ("http", "https"):
            scope["scheme"] = headers["x-forwarded-proto"]

    def _is_trusted(self, address: Address) -> bool:
        return any(address in network for network in self.networks)


def _address(text: str) -> Address | None:
    """An address as proxies write it, perhaps with a port behind it."""
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
    """Gives the request its id, the answer the headers that all have, and the access log one line."""

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
                message["headers"] = [*message["headers"], (b"x-request-id", identifier.encode()), *_EVERYWHERE]
            await send(message)

        try:
            await self.app(scope, receive, sending)
        finally:
            _log_request(scope, identifier, status, time.perf_counter() - started)


def _request_id(given: str | None) -> str:
    return given if given and _SAFE_ID.fullmatch(given) else uuid4().hex


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
    """Turns a crash into an answer without its text. The log has the rest, under the id of the request."""

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
            _log.error("crash", request_id=identifier, trace=traceback.format_exc())
            if has_started:
                raise
            error = Internal.because(f"Something went wrong here. Quote the request id {identifier}.")
            await failure(Request(scope), error)(scope, receive, send)


class BodyLimit:
    """Stops reading a request body that is larger than allowed, whatever its Content-Length says.

    Closes the files that came with it when all is done.
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
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdigit() and int(declared) > limit:
            await failure(Request(scope), _too_large(limit))(scope, receive, send)
            return
        received = 0

        async def receiving() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise _too_large(limit)
            return message

        try:
            await self.app(scope, receiving, send)
        finally:
            if "form" in scope["state"]:
                await scope["state"]["form"].close()


def _too_large(limit: int) -> TooLarge:
    return TooLarge.because(f"The request body is larger than {limit} bytes.")
