"""A plain HTTP client over loopback, and what it measures."""

import asyncio
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from time import perf_counter
from typing import cast

import uvloop

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes


class Connection(asyncio.Protocol):
    """One connection that is kept open. Answers must have a Content-Length."""

    def __init__(self) -> None:
        self._buffer = b""
        self._answer: asyncio.Future[Answer] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    @property
    def is_open(self) -> bool:
        """Whether the server has kept the connection open, which it does for `KEEP_ALIVE_TIMEOUT` seconds."""
        return self._transport is not None and not self._transport.is_closing()

    async def send(self, request: bytes) -> Answer:
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        assert self._transport is not None
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, blank, body = self._buffer.partition(b"\r\n\r\n")
        if blank and len(body) >= _content_length(head) and self._answer is not None:
            self._buffer = b""
            self._answer.set_result(Answer(int(head[9:12]), body))

    def connection_lost(self, error: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionError("the server closed the connection"))


def _content_length(head: bytes) -> int:
    start = head.lower().index(b"\r\ncontent-length:") + 17
    return int(head[start:].partition(b"\r\n")[0])


@dataclass(frozen=True)
class Load:
    """What came out of asking for a while. Times in seconds."""

    durations: Sequence[float]
    elapsed: float

    @property
    def per_second(self) -> float:
        return len(self.durations) / self.elapsed

    def percentile(self, percent: float) -> float:
        return sorted(self.durations)[int((len(self.durations) - 1) * percent / 100)]


def ask_once(port: int, request: bytes) -> Answer:
    async def ask() -> Answer:
        connection = await connect(port)
        answer = await connection.send(request)
        connection.close()
        return answer

    return uvloop.run(ask())


def ask_for(seconds: float, port: int, requests: Sequence[bytes], *, clients: int) -> Load:
    """Send requests, over and over, each client the next one as soon as it has its answer.

    Raises: RuntimeError for an answer that is no success.
    """
    return uvloop.run(_ask_for(seconds, port, requests, clients))


async def _ask_for(seconds: float, port: int, requests: Sequence[bytes], clients: int) -> Load:
    connections = [await connect(port) for _ in range(clients)]
    durations: list[float] = []
    start = perf_counter()
    source = cycle(requests)
    await asyncio.gather(*(_ask(each, source, durations, start + seconds) for each in connections))
    elapsed = perf_counter() - start
    for connection in connections:
        connection.close()
    return Load(durations, elapsed)


async def connect(port: int) -> Connection:
    """A connection to a server on this machine."""
    _, connection = await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", port)
    return connection


async def _ask(connection: Connection, source: Iterator[bytes], durations: list[float], end: float) -> None:
    while (sent := perf_counter()) < end:
        request = next(source)
        answer = await connection.send(request)
        durations.append(perf_counter() - sent)
        if not 200 <= answer.status < 300:
            raise RuntimeError(f"{request.decode()}\n{answer.status} {answer.body.decode()}")


def memory_bytes(pid: int) -> int:
    """Resident memory of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def cpu_seconds(pid: int) -> float:
    """CPU time a process has used so far, in user and system mode."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS
