"""A program that listens to the stream, and comes back with `Last-Event-ID` as often as the stream ends."""

import json
import time
from threading import Event, Thread
from typing import Any

import httpx2


class StreamListener:
    """What was heard, in order. An event counts when it came whole."""

    def __init__(self, address: str, headers: dict[str, str]) -> None:
        self.heard: list[Any] = []
        self.connections = 0
        self._address = f"{address}/api/v2/stream"
        self._headers = headers
        self._last_id = ""
        self._is_open = Event()
        self._is_over = Event()

    def start(self) -> None:
        """Listen from now on."""
        Thread(target=self._listen, daemon=True).start()
        assert self._is_open.wait(30)

    @property
    def reached(self) -> int:
        """The last number that came."""
        return int(self._last_id or 0)

    def stop(self) -> None:
        self._is_over.set()

    def _listen(self) -> None:
        while not self._is_over.is_set():
            try:
                self._listen_once()
            except httpx2.HTTPError:
                time.sleep(0.1)

    def _listen_once(self) -> None:
        headers = {**self._headers, **({"Last-Event-ID": self._last_id} if self._last_id else {})}
        timeout = httpx2.Timeout(5, read=40)
        with httpx2.stream("GET", self._address, headers=headers, timeout=timeout) as response:
            if response.status_code != httpx2.codes.OK:
                time.sleep(0.1)
                return
            self.connections += 1
            fields: dict[str, str] = {}
            for line in response.iter_lines():
                name, _, value = line.partition(": ")
                if line:
                    fields[name] = value
                    continue
                self._take(fields)
                fields = {}

    def _take(self, fields: dict[str, str]) -> None:
        self._last_id = fields.get("id", self._last_id)
        self._is_open.set()
        if "data" in fields and "id" in fields:
            self.heard.append(json.loads(fields["data"]))
