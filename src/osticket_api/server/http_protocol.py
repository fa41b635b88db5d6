"""HTTP/1.1 on the wire: limits for the size of a request and for the time in which it arrives.

uvicorn reads headers of any size and waits for a half-sent request for ever. A request that is refused here has not
reached the application, so this module writes the response itself, in the same envelope.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from secrets import token_hex
from typing import Any, Final

import httptools
import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from osticket_api.errors import ApiError, BadRequest, HeadersTooLarge, RequestTimeout, UriTooLong
from osticket_api.server.live_connections import LiveConnection
from osticket_api.web.envelope import refusal
from osticket_api.web.live import TAKES_OVER, Listener

MAX_HEADERS: Final = 100
MAX_URL_BYTES: Final = 16 * 1024
_log = structlog.get_logger("access")
_LINGER_SECONDS: Final = 5
"""Seconds in which the rest of a body is read and dropped after the response was sent."""


@dataclass(frozen=True)
class Limits:
    """The limits of a request."""

    header_bytes: int
    header_seconds: float


class BoundedProtocol(HttpToolsProtocol):
    """One connection to a client, with limits on what the client sends."""

    def __init__(self, limits: Limits, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.limits = limits
        self._refusal: ApiError | None = None
        self._has_begun = False
        self._header_bytes = 0
        self._has_progressed = False
        self._bytes_without_progress = 0
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect(self.limits.header_seconds, self._headers_are_late)

    def connection_lost(self, exc: Exception | None) -> None:
        self._expect_nothing()
        super().connection_lost(exc)
        if self.scope is not None:
            self.scope.pop("extensions", None)  # It holds this protocol, which holds it.

    def data_received(self, data: bytes) -> None:
        """Count the bytes that the parser holds back: it collects headers of any length before it reports one."""
        self._has_progressed = False
        super().data_received(data)
        self._bytes_without_progress = 0 if self._has_progressed else self._bytes_without_progress + len(data)
        if self.transport.is_closing():
            return
        if self._bytes_without_progress > self.limits.header_bytes:
            self._refuse(_headers_too_large(self.limits.header_bytes))
        elif self._deadline is None and self.timeout_keep_alive_task is None and not self._is_answering:
            self._expect(self.limits.header_seconds, self._headers_are_late)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {TAKES_OVER: self._give_away}  # type: ignore[dict-item]
        self._has_begun = True
        self._header_bytes = 0
        self._expect(self.limits.header_seconds, self._headers_are_late)

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > MAX_URL_BYTES:
            self._stop(UriTooLong.because(f"The address is longer than {MAX_URL_BYTES} bytes."))

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        self._header_bytes += len(name) + len(value)
        if self._header_bytes > self.limits.header_bytes:
            self._stop(_headers_too_large(self.limits.header_bytes))
        if len(self.headers) > MAX_HEADERS:
            self._stop(HeadersTooLarge.because(f"The request has more than {MAX_HEADERS} headers."))

    def on_headers_complete(self) -> None:
        self._expect_nothing()
        self._progress()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._progress()
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._expect_nothing()
        self._progress()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Limit how long the rest of a body is read when the response was sent before its end."""
        is_unread = self.cycle.more_body and not self.pipeline
        super().on_response_complete()
        if is_unread and not self.transport.is_closing():
            self._expect(_LINGER_SECONDS, self.transport.close)

    def _give_away(self, listener: Listener) -> bool:
        """Let the listener have the connection, whose response has begun. False where that cannot be.

        That is so when the client is gone, or has sent its next request already.
        """
        if self.pipeline or self.transport.is_closing():
            return False
        self.cycle.disconnected = True  # It says no more, and nobody misses the end of its response.
        self._expect_nothing()
        self.flow.resume_reading()
        self.connections.discard(self)
        LiveConnection(self.transport, self.connections, listener)
        return True

    def send_400_response(self, msg: str) -> None:
        """Answer a request that the parser refused, with our own reason where a limit stopped the parser."""
        self._refuse(self._refusal or BadRequest.because("This is not a valid HTTP request."))

    def _stop(self, refusal: ApiError) -> None:
        """Stop the parser from inside one of its callbacks."""
        self._refusal = refusal
        raise httptools.HttpParserCallbackError(str(refusal))

    def _refuse(self, error: ApiError) -> None:
        """Answer and close; only close while the response to an earlier request is being sent."""
        self._expect_nothing()
        if self._is_answering:
            self.transport.close()
            return
        identifier = token_hex(16)
        _log.info(
            "refused unread", request_id=identifier, status=error.status, ip=self.client[0] if self.client else None
        )
        body = refusal(error, request_id=identifier)
        phrase = HTTPStatus(error.status).phrase
        head = (
            f"HTTP/1.1 {error.status} {phrase}\r\ncontent-type: application/json\r\ncache-control: no-store\r\n"
            f"content-length: {len(body)}\r\nx-request-id: {identifier}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()

    @property
    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _headers_are_late(self) -> None:
        if self._is_answering:  # The client has begun a second request while the first is being answered.
            self._expect(self.limits.header_seconds, self._headers_are_late)
        elif not self._has_begun:
            self.transport.close()
        else:
            self._refuse(RequestTimeout.because("The headers of the request did not arrive in time."))

    def _progress(self) -> None:
        self._has_progressed = True

    def _expect(self, seconds: float, otherwise: Callable[[], None]) -> None:
        self._expect_nothing()
        self._deadline = self.loop.call_later(seconds, otherwise)

    def _expect_nothing(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def _headers_too_large(most: int) -> HeadersTooLarge:
    return HeadersTooLarge.because(f"The headers of the request are larger than {most} bytes.")
