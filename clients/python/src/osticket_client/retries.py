"""Try again what may be tried again: reads, and writes with an `Idempotency-Key`."""

import asyncio
import time
from typing import Final

import httpx

_PASSING: Final = (429, 502, 503, 504)
_SAFE: Final = ("GET", "HEAD", "OPTIONS")
_LONGEST_WAIT: Final = 30.0


class Retries(httpx.BaseTransport):
    def __init__(self, transport: httpx.BaseTransport, attempts: int) -> None:
        self._transport, self._attempts = transport, attempts

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        for attempt in range(1, self._attempts):
            try:
                response = self._transport.handle_request(request)
            except httpx.TransportError:
                if not _may_repeat(request):
                    raise
                time.sleep(_wait(None, attempt))
                continue
            if response.status_code not in _PASSING or not _may_repeat(request):
                return response
            response.close()
            time.sleep(_wait(response, attempt))
        return self._transport.handle_request(request)

    def close(self) -> None:
        self._transport.close()


class AsyncRetries(httpx.AsyncBaseTransport):
    def __init__(self, transport: httpx.AsyncBaseTransport, attempts: int) -> None:
        self._transport, self._attempts = transport, attempts

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        for attempt in range(1, self._attempts):
            try:
                response = await self._transport.handle_async_request(request)
            except httpx.TransportError:
                if not _may_repeat(request):
                    raise
                await asyncio.sleep(_wait(None, attempt))
                continue
            if response.status_code not in _PASSING or not _may_repeat(request):
                return response
            await response.aclose()
            await asyncio.sleep(_wait(response, attempt))
        return await self._transport.handle_async_request(request)

    async def aclose(self) -> None:
        await self._transport.aclose()


def _may_repeat(request: httpx.Request) -> bool:
    return request.method in _SAFE or "Idempotency-Key" in request.headers


def _wait(response: httpx.Response | None, attempt: int) -> float:
    """Seconds: as the server says, else twice as long each time."""
    told = "" if response is None else response.headers.get("Retry-After", "")
    return min(float(told) if told.isdigit() else 0.25 * 2.0**attempt, _LONGEST_WAIT)
