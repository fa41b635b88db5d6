"""The parent of several workers: starts them on one socket, replaces those that end, reloads and stops them gently."""

import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import structlog
from prometheus_client.multiprocess import mark_process_dead

from osticket_api.server.metrics import MULTIPROCESS_DIR

DRAIN_SIGNAL: Final = signal.SIGUSR1
"""Tells a worker to say that it is not ready any more."""

_log: Final = structlog.get_logger("supervisor")

_LOOK_SECONDS: Final = 0.2
_START_SECONDS: Final = 120.0
"""How long a worker may take to be ready before a reload gives it up."""
_STOP_SECONDS: Final = 30.0
"""How long a worker may take to answer what it has begun."""
_RESTART_SECONDS: Final = 1.0
"""How long after its start a worker that ended is replaced at the earliest, so that a broken one does not spin."""


@dataclass
class Worker:
    process: "subprocess.Popen[bytes]"
    ready: int
    """The end of a pipe that can be read once the worker serves."""
    started: float
    is_leaving: bool = False
    asked_to_stop: float = 0.0


class Supervisor:
    """Keeps a number of workers alive. HUP replaces each by one with the settings of now, TERM lets them finish.

    They go on answering for `drain_seconds` after TERM, not ready any more, unless it comes twice.
    """

    def __init__(self, listener: socket.socket, count: int, drain_seconds: int = 0) -> None:
        self._listener = listener
        self._count = count
        self._drain_seconds = drain_seconds
        self._stops_at: float | None = None
        self._workers: list[Worker] = []
        self._is_stopping = False
        self._wants_reload = False

    def run(self) -> None:
        """Run the workers until somebody asks the supervisor to stop."""
        signal.signal(signal.SIGTERM, lambda *_: self._ask_to_stop(self._drain_seconds))
        signal.signal(signal.SIGINT, lambda *_: self._ask_to_stop(0))
        signal.signal(signal.SIGHUP, lambda *_: self._ask_for_reload())
        with _counting_together():
            self._workers = [self._started() for _ in range(self._count)]
            while self._workers:
                self._look()
                time.sleep(_LOOK_SECONDS)

    def _look(self) -> None:
        if self._stops_at is not None and not self._is_stopping and time.monotonic() >= self._stops_at:
            self._stop()
        if self._wants_reload and self._stops_at is None:
            self._wants_reload = False
            self._reload()
        for worker in list(self._workers):
            if worker.process.poll() is not None:
                self._replace(worker)
            elif worker.is_leaving and time.monotonic() - worker.asked_to_stop > _STOP_SECONDS:
                worker.process.kill()

    def _replace(self, ended: Worker) -> None:
        """Forget a worker that has ended, and start another one unless it was to leave."""
        os.close(ended.ready)
        mark_process_dead(ended.process.pid)  # type: ignore[no-untyped-call]
        self._workers.remove(ended)
        if ended.is_leaving or self._stops_at is not None:
            return
        _log.warning("worker_ended", pid=ended.process.pid, status=ended.process.returncode)
        time.sleep(max(0.0, ended.started + _RESTART_SECONDS - time.monotonic()))
        self._workers.append(self._started())

    def _reload(self) -> None:
        """Start new workers, and let the old ones leave once the new ones serve. Without that the old ones stay."""
        old = [worker for worker in self._workers if not worker.is_leaving]
        new = [self._started() for _ in range(self._count)]
        self._workers += new
        if all(_is_ready(worker) for worker in new):
            _log.info("reloaded", workers=self._count)
            self._let_leave(old)
        else:
            _log.error("not_reloaded", reason="the new workers do not start; the old ones go on")
            self._let_leave(new)

    def _let_leave(self, workers: list[Worker]) -> None:
        for worker in workers:
            worker.is_leaving = True
            worker.asked_to_stop = time.monotonic()
            worker.process.terminate()

    def _ask_to_stop(self, drain_seconds: int) -> None:
        """Let the workers say that they are not ready, and stop later. Asked again, stop now."""
        is_first = self._stops_at is None
        self._stops_at = time.monotonic() + (drain_seconds if is_first else 0)
        for worker in self._workers if is_first else ():
            worker.process.send_signal(DRAIN_SIGNAL)

    def _stop(self) -> None:
        self._is_stopping = True
        self._listener.close()  # Connections would be taken that no worker answers any more.
        self._let_leave([worker for worker in self._workers if not worker.is_leaving])

    def _ask_for_reload(self) -> None:
        self._wants_reload = True

    def _started(self) -> Worker:
        ready, told = os.pipe()
        descriptor = self._listener.fileno()
        options = ["--descriptor", str(descriptor), "--ready-descriptor", str(told)]
        command = [sys.executable, "-m", "osticket_api", "serve", *options]
        process = subprocess.Popen(command, pass_fds=[descriptor, told])  # noqa: S603 - our own command
        os.close(told)
        return Worker(process, ready, time.monotonic())


def _is_ready(worker: Worker) -> bool:
    """Wait until a worker serves, or has ended."""
    with selectors.DefaultSelector() as selector:
        selector.register(worker.ready, selectors.EVENT_READ)
        return bool(selector.select(_START_SECONDS)) and os.read(worker.ready, 1) == b"1"


@contextmanager
def _counting_together() -> Iterator[None]:
    """The folder in which the workers keep their metrics."""
    folder = tempfile.mkdtemp(prefix="osticket-api-metrics-")
    os.environ[MULTIPROCESS_DIR] = folder
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)
