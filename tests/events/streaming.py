"""An open stream, as a client has it: bytes come while the request goes on."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.fixtures.api import Api


class OpenStream:
    """A request to the application that stays open until the test is done with it."""

    def __init__(self, api: Api, path: str, headers: dict[str, str]) -> None:
        self._api = api
        route, _, query = path.partition("?")
        self._scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": route,
            "raw_path": route.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 50000),
            "server": ("testserver", 80),
        }
        self.status = 0
        self.text = ""
        self.is_over = False

    async def run(self) -> None:
        self._closed = asyncio.Event()

        incoming = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> dict[str, Any]:
            if incoming:
                return incoming.pop()
            await self._closed.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                self.status = message["status"]
            self.text += message.get("body", b"").decode()

        await self._api.client.app(self._scope, receive, send)
        self.is_over = True

    def wait_for(self, count: int, seconds: float = 5) -> list[dict[str, Any]]:
        """The events, once there are so many."""
        self._api.client.portal.call(self._until, count, seconds)  # type: ignore[union-attr]
        return self.events()

    def wait_for_end(self, seconds: float = 5) -> None:
        """Return once the server has ended the stream."""
        self._api.client.portal.call(self._until_over, seconds)  # type: ignore[union-attr]

    def events(self) -> list[dict[str, Any]]:
        lines = [line for line in self.text.splitlines() if line.startswith("data: ")]
        return [json.loads(line.removeprefix("data: ")) for line in lines]

    async def _until(self, count: int, seconds: float) -> None:
        async with asyncio.timeout(seconds):
            while len(self.events()) < count or not self.text:  # noqa: ASYNC110 - nothing tells when bytes come
                await asyncio.sleep(0.02)

    async def _until_over(self, seconds: float) -> None:
        async with asyncio.timeout(seconds):
            while not self.is_over:  # noqa: ASYNC110 - nothing tells when a stream ends
                await asyncio.sleep(0.02)

    async def close(self) -> None:
        self._closed.set()


@contextmanager
def open_stream(api: Api, path: str, headers: dict[str, str]) -> Iterator[OpenStream]:
    """A stream that is connected."""
    portal: Any = api.client.portal
    stream = OpenStream(api, "/api/v2" + path, headers)
    task = portal.start_task_soon(stream.run)
    try:
        portal.call(stream._until, 0, 5)
        yield stream
    finally:
        portal.call(stream.close)
        task.result(5)
