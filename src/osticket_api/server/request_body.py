"""Limits for request bodies at every route: size, time to arrive, no Content-Encoding."""

import asyncio
from collections.abc import Mapping
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from osticket_api.errors import ApiError, RequestTimeout, TooLarge, UnsupportedMediaType
from osticket_api.server.failures import failure

MIN_BYTES_PER_SECOND: Final = 1024
"""The slowest rate at which a body may arrive, beyond the time that every body has."""


class RequestBody:
    """Stops reading a body that is too large, whatever its Content-Length is, or too slow.

    Closes the files that came with it when all is done.
    `exceptions` are paths with a limit of their own.
    """

    def __init__(self, app: ASGIApp, limit_bytes: int, exceptions: Mapping[str, int], seconds: float) -> None:
        self.app = app
        self.limit_bytes = limit_bytes
        self.exceptions = exceptions
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self.exceptions.get(scope["path"], self.limit_bytes)
        refused = _refused_unread(Headers(scope=scope), limit)
        if refused is not None:
            await failure(Request(scope), refused)(scope, receive, send)
            return
        try:
            await self.app(scope, _Incoming(receive, limit, self.seconds), send)
        finally:
            if "form" in scope["state"]:
                await scope["state"]["form"].close()


def _refused_unread(headers: Headers, limit: int) -> ApiError | None:
    """Check the headers before the body is read."""
    declared = headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        return TooLarge.than(limit)
    encoding = ",".join(headers.getlist("content-encoding")).strip().lower()
    if encoding in ("", "identity"):
        return None
    error = UnsupportedMediaType.because("Send the body without Content-Encoding.")
    error.headers["Accept-Encoding"] = "identity"
    return error


class _Incoming:
    """The messages of one request, counted."""

    def __init__(self, receive: Receive, limit: int, seconds: float) -> None:
        self.receive = receive
        self.limit = limit
        self.seconds = seconds
        self.received = 0
        self.is_complete = False
        self.started_at: float | None = None

    async def __call__(self) -> Message:
        """The next message. Raises: TooLarge, RequestTimeout."""
        if self.is_complete:
            return await self.receive()
        message = await self._in_time()
        self.is_complete = not message.get("more_body", False)
        self.received += len(message.get("body", b""))
        if self.received > self.limit:
            raise TooLarge.than(self.limit)
        return message

    async def _in_time(self) -> Message:
        now = asyncio.get_running_loop().time()
        if self.started_at is None:
            self.started_at = now
        allowed = self.seconds + self.received / MIN_BYTES_PER_SECOND
        try:
            async with asyncio.timeout_at(self.started_at + allowed):
                return await self.receive()
        except TimeoutError:
            error = RequestTimeout.because("The body of the request did not arrive in time.")
            error.headers["Connection"] = "close"
            raise error from None
