"""A help desk, by its address and by who calls."""

from typing import Any, Self

import httpx

from osticket_client.core.client import AuthenticatedClient
from osticket_client.retries import AsyncRetries, Retries

_FILES = "/api/v2/files"


class Desk:
    """A help desk. `client` is what the functions of `osticket_client.core.api` take."""

    def __init__(self, address: str, auth: httpx.Auth, *, attempts: int = 3, timeout: float = 60.0) -> None:
        self.http = httpx.Client(
            base_url=address, auth=auth, timeout=timeout, transport=Retries(httpx.HTTPTransport(), attempts)
        )
        self.client = AuthenticatedClient(address, "").set_httpx_client(self.http)

    def upload(self, name: str, content: bytes, content_type: str = "application/octet-stream") -> int:
        """Upload a file, and return the id by which it is attached."""
        return _file_id(self.http.post(_FILES, files={"file": (name, content, content_type)}))

    def close(self) -> None:
        self.http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()


class AsyncDesk:
    """The same with asyncio."""

    def __init__(self, address: str, auth: httpx.Auth, *, attempts: int = 3, timeout: float = 60.0) -> None:
        self.http = httpx.AsyncClient(
            base_url=address, auth=auth, timeout=timeout, transport=AsyncRetries(httpx.AsyncHTTPTransport(), attempts)
        )
        self.client = AuthenticatedClient(address, "").set_async_httpx_client(self.http)

    async def upload(self, name: str, content: bytes, content_type: str = "application/octet-stream") -> int:
        """Upload a file, and return the id by which it is attached."""
        return _file_id(await self.http.post(_FILES, files={"file": (name, content, content_type)}))

    async def close(self) -> None:
        await self.http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *failure: object) -> None:
        await self.close()


def _file_id(response: httpx.Response) -> int:
    response.raise_for_status()
    data: dict[str, Any] = response.json()["data"]
    return int(data["id"])
