"""Responses that stay open for as long as their client does."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final, Protocol

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

TAKES_OVER: Final = "osticket_api.takes_over"
"""The extension of ASGI by which our server gives a connection away, so that nothing of the request has to stay."""
_HELD_CHUNKS: Final = 16


class Line(Protocol):
    """The way to a client whose response stays open."""

    @property
    def is_full(self) -> bool:
        """Whether the client has not read what was written: write no more before it is `drained`."""

    def write(self, data: bytes) -> None: ...

    def end(self) -> None:
        """End the response."""

    def cut(self) -> None:
        """Cut off a client that does not read."""


class Listener(Protocol):
    """Writes to a client over a line."""

    def connected(self, line: Line) -> None:
        """The response has begun."""

    def drained(self) -> None:
        """The client has read what filled the line."""

    def lost(self) -> None:
        """The client is gone, or the response has ended."""


class LiveResponse(Response):
    """Gives its listener a line to the client.

    Our own server gives the connection away: the request ends there, with its task, its middleware and its parser,
    which are most of what an open stream would weigh. Elsewhere the request lasts as long as the stream.
    """

    def __init__(self, listener: Listener, headers: Mapping[str, str], media_type: str) -> None:
        self._listener = listener
        self.status_code = 200
        self.media_type = media_type
        self.background = None
        self.init_headers(headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        take_over: Callable[[Listener], bool] | None = scope.get("extensions", {}).get(TAKES_OVER)
        if take_over is None or not take_over(self._listener):
            await _Relay(self._listener).run(receive, send)


class _Relay:
    """A line through a server that keeps its connections to itself."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._held: list[bytes] = []
        self._changed = asyncio.Event()
        self._is_open = True

    @property
    def is_full(self) -> bool:
        return len(self._held) >= _HELD_CHUNKS

    def write(self, data: bytes) -> None:
        self._held.append(data)
        self._changed.set()

    def end(self) -> None:
        self._is_open = False
        self._changed.set()

    def cut(self) -> None:
        self._held.clear()
        self.end()

    async def run(self, receive: Receive, send: Send) -> None:
        """Send what is written, until the response ends or the client leaves."""
        leaving = asyncio.create_task(self._wait_for_the_end(receive))
        self._listener.connected(self)
        try:
            while self._is_open or self._held:
                await self._changed.wait()
                self._changed.clear()
                await self._send_held(send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            leaving.cancel()
            self._listener.lost()

    async def _send_held(self, send: Send) -> None:
        was_full = self.is_full
        while self._held:
            await send({"type": "http.response.body", "body": self._held.pop(0), "more_body": True})
        if was_full:
            self._listener.drained()

    async def _wait_for_the_end(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.cut()
