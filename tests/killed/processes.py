"""Processes that are killed in the middle of their work and started again, as a supervisor would."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socket import create_connection, create_server
from threading import Event, Lock, Thread
from typing import Protocol

import osticket_api

_SOURCES = f"{Path(osticket_api.__file__).parents[1]}{os.pathsep}{Path(__file__).parents[2]}"
_SECONDS_TO_START = 60.0


class Victim(Protocol):
    """What can be killed and started again."""

    def kill(self) -> None: ...
    def start(self) -> None: ...


@dataclass
class Kept:
    """A process that is started again when it ends by itself, such as one that found no database."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    directory: Path
    port: int = 0
    is_wanted: bool = True
    starts: int = 0
    _process: "subprocess.Popen[bytes] | None" = None
    _lock: Lock = field(default_factory=Lock)

    def start(self) -> None:
        with self._lock:
            self.is_wanted = True
            self.revive()

    def revive(self) -> None:
        """Start it, if it should run and does not."""
        if not self.is_wanted or (self._process is not None and self._process.poll() is None):
            return
        self.starts += 1
        with (self.directory / f"{self.name}.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *self.command],
                env={"PYTHONPATH": _SOURCES, **self.environment},
                cwd=self.directory,
                stdout=log,
                stderr=log,
            )

    def keep(self) -> None:
        with self._lock:
            self.revive()

    def kill(self) -> None:
        """End it at once. It stays away until it is started."""
        with self._lock:
            self.is_wanted = False
            if self._process is not None:
                self._process.kill()
                self._process.wait()

    def wait_until_it_listens(self) -> None:
        end = time.monotonic() + _SECONDS_TO_START
        while not is_listening(self.port):
            if time.monotonic() > end:
                raise RuntimeError(f"{self.name} does not listen: {self.log}")
            time.sleep(0.05)

    @property
    def log(self) -> str:
        return (self.directory / f"{self.name}.log").read_text(errors="replace")


@contextmanager
def kept(processes: Sequence[Kept]) -> Iterator[None]:
    """Start them and keep them running for the length of a block."""
    is_over = Event()

    def keep() -> None:
        while not is_over.wait(0.2):
            for process in processes:
                process.keep()

    for process in processes:
        process.start()
    keeper = Thread(target=keep, daemon=True)
    keeper.start()
    try:
        yield
    finally:
        is_over.set()
        keeper.join()
        for process in processes:
            process.kill()


def free_port() -> int:
    with create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def is_listening(port: int) -> bool:
    try:
        create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
