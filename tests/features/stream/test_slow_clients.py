"""Clients of streams that do not read: they hold little, lose nothing, and are given up in the end."""

import asyncio
from collections.abc import Callable
from typing import Any

from osticket_api.events import presence
from osticket_api.features.stream.messages import KEEP_ALIVE, Portion
from osticket_api.features.stream.streaming import Stream
from osticket_api.server.live_connections import LiveConnection
from osticket_api.web.live import Line

CHUNK = b"x" * 16_384
KERNEL_BYTES = 16 * 1024**2
"""More than the kernel takes for one connection."""


class FakeLine:
    """A line that takes so many writes until its client reads."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.written: list[bytes] = []
        self.is_cut = False

    @property
    def is_full(self) -> bool:
        return len(self.written) >= self.room

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def end(self) -> None:
        raise AssertionError("nobody ends it")

    def cut(self) -> None:
        self.is_cut = True


class Nowhere:
    """Stands for all streams, and serves nobody."""

    def add(self, audience: Any, stream: Stream) -> Any:
        return audience

    def serve(self, audience: Any) -> None: ...


def connected(line: FakeLine) -> Stream:
    stream = Stream(Nowhere(), None, 7)  # type: ignore[arg-type]
    stream.connected(line)
    return stream


def told(numbers: range) -> list[Portion]:
    return [Portion(b"%d" % number, number, presence.NOBODY) for number in numbers]


def test_a_stream_stays_at_what_its_client_has_read() -> None:
    line = FakeLine(room=3)
    stream = connected(line)
    stream.tell(told(range(8, 20)))
    assert (stream.number, line.written[1:]) == (9, [b"8", b"9"])
    line.room = 100
    stream.tell(told(range(10, 20)))
    assert (stream.number, len(line.written)) == (19, 13)


def test_a_client_that_reads_again_is_kept_and_another_given_up() -> None:
    line = FakeLine(room=1)
    stream = connected(line)
    stream.beat()
    stream.beat()
    stream.drained()
    stream.beat()
    stream.beat()
    cut = [line.is_cut]
    stream.beat()
    assert [*cut, line.is_cut] == [False, True]
    assert KEEP_ALIVE not in line.written


class Writer:
    """Writes as long as the line is not full."""

    def __init__(self) -> None:
        self.chunks = 0
        self.is_lost = asyncio.Event()

    def connected(self, line: Line) -> None:
        self._line = line
        self.drained()

    def drained(self) -> None:
        while not self._line.is_full and self.chunks * len(CHUNK) < 2 * KERNEL_BYTES:
            self._line.write(CHUNK)
            self.chunks += 1

    def lost(self) -> None:
        self.is_lost.set()


async def _serve(then: Callable[[Writer, asyncio.StreamReader], Any]) -> None:
    """A connection that the writer has been given, and its client."""
    writer = Writer()

    class Given(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            LiveConnection(transport, set(), writer)  # type: ignore[arg-type]

    server = await asyncio.get_running_loop().create_server(Given, "127.0.0.1", 0)
    async with server:
        reader, client = await asyncio.open_connection(*server.sockets[0].getsockname(), limit=1024)
        await asyncio.sleep(0.1)
        await then(writer, reader)
        client.close()
        await asyncio.wait_for(writer.is_lost.wait(), 10)


def test_a_connection_takes_no_more_than_waits_until_its_client_reads() -> None:
    async def read(writer: Writer, reader: asyncio.StreamReader) -> None:
        held = writer.chunks
        assert 0 < held * len(CHUNK) < KERNEL_BYTES
        while writer.chunks == held:
            assert await asyncio.wait_for(reader.read(65_536), 10)

    asyncio.run(_serve(read))
