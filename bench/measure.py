"""Starting what is measured, and measuring it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from socket import create_connection, create_server
from typing import Any

import msgspec

from bench.desk import Desk
from bench.load import Load, ask_for, ask_once, cpu_seconds
from bench.scenarios import Scenario

_SECONDS = 2.0
_CLIENTS = 8
_PROGRAM = str(Path(sys.executable).parent / "osticket-api")


@dataclass(frozen=True)
class Process:
    pid: int
    port: int


@dataclass(frozen=True)
class Busy:
    """Under load from several clients: the CPU time of the process and the statements to the database, a request."""

    load: Load
    cpu_ms: float
    queries: float


@contextmanager
def server(desk: Desk, **more: str) -> Iterator[Process]:
    """`osticket-api serve` as a process of its own, with more settings."""
    port = _free_port()
    with _running([_PROGRAM, "serve"], port, {**desk.environment, **more, "PORT": str(port)}) as process:
        yield process


@contextmanager
def server_and_worker(desk: Desk) -> Iterator[Process]:
    """The same, with `osticket-api worker` beside it, which runs the jobs."""
    environment = {**os.environ, **desk.environment}
    with subprocess.Popen([_PROGRAM, "worker"], env=environment, stdout=subprocess.DEVNULL) as worker:
        try:
            with server(desk, JOBS="off") as process:
                yield process
        finally:
            worker.terminate()


@contextmanager
def floor(desk: Desk, script: Path) -> Iterator[Process]:
    port = _free_port()
    command = [sys.executable, "-m", "bench.floor", str(script), str(desk.server.socket), str(port)]
    with _running(command, port, {}) as process:
        yield process


def _free_port() -> int:
    with create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def _running(command: Sequence[str], port: int, environment: dict[str, str]) -> Iterator[Process]:
    process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL)
    try:
        _wait(port, process)
        yield Process(process.pid, port)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(1200):
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        try:
            create_connection(("127.0.0.1", port), 0.1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"{process.args!r} did not listen within two minutes")


def alone(process: Process, scenario: Scenario, write: bytes) -> Load:
    """One client by itself. Something is written before, so that the first answer counts its total anew."""
    ask_once(process.port, write)
    return ask_for(_SECONDS, process.port, scenario.requests, clients=1)


def busy(desk: Desk, process: Process, requests: Sequence[bytes]) -> Busy:
    """Several clients at once."""
    desk.wait_for_mails()
    ask_for(0.3, process.port, requests, clients=_CLIENTS)
    cpu, questions = cpu_seconds(process.pid), desk.status("Questions")
    load = ask_for(_SECONDS, process.port, requests, clients=_CLIENTS)
    count = len(load.durations)
    own_questions = 3
    return Busy(
        load,
        (cpu_seconds(process.pid) - cpu) * 1000 / count,
        (desk.status("Questions") - questions - own_questions) / count,
    )


def floor_requests(scenario: Scenario, place: int) -> list[bytes]:
    """What to ask the floor for the same answers."""
    return [
        f"GET /{place}/{number} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
        for number in range(len(scenario.requests))
    ]


def check_same(server: Process, floor: Process, scenarios: Sequence[Scenario]) -> None:
    """Compare what both answer to each read, before anything is written: the floor finds the tickets of the recording.

    Raises: RuntimeError when they do not answer alike.
    """
    for place, scenario in enumerate(scenarios):
        if not scenario.is_write:
            ours = _answered(server, scenario.requests[0])
            theirs = _answered(floor, floor_requests(scenario, place)[0])
            if ours != theirs:
                told = f"{ours!r:.2000}\n{theirs!r:.2000}"
                raise RuntimeError(f"{scenario.name}: the floor answers otherwise:\n{told}")


def _answered(process: Process, request: bytes) -> Any:
    """The data of an answer. The floor leaves a page of what matches best in the order of the database."""
    data = msgspec.json.decode(ask_once(process.port, request).body)["data"]
    return sorted(data, key=itemgetter("id")) if isinstance(data, list) else data
