"""Connections whose response stays open: what is left of a request once its stream has begun."""

import asyncio
from typing import Any, Final

from osticket_api.web.live import Listener

_HELD_BYTES: Final = 32 * 1024
"""How much may wait for a client that does not read, besides what the kernel holds and the chunk at hand."""


class LiveConnection(asyncio.Protocol):
    """Stands in the place of the protocol that parsed the request. What the client still sends is dropped."""

    __slots__ = ("_connections", "_listener", "_transport", "is_full")

    def __init__(self, transport: asyncio.Transport, connections: set[Any], listener: Listener) -> None:
        self._transport = transport
        self._connections = connections
        self._listener = listener
        self.is_full = False
        transport.set_write_buffer_limits(high=_HELD_BYTES)
        transport.set_protocol(self)
        connections.add(self)
        listener.connected(self)

    def write(self, data: bytes) -> None:
        """Send one chunk."""
        self._transport.write(b"%x\r\n%b\r\n" % (len(data), data))

    def end(self) -> None:
        """End the response; of a client that does not read, the connection."""
        if self.is_full:
            self.cut()
        elif not self._transport.is_closing():
            self._transport.write(b"0\r\n\r\n")
            self._transport.close()

    def cut(self) -> None:
        self._transport.abort()

    def shutdown(self) -> None:
        """The server stops."""
        self.end()

    def pause_writing(self) -> None:
        self.is_full = True

    def resume_writing(self) -> None:
        self.is_full = False
        self._listener.drained()

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.discard(self)
        self._listener.lost()
