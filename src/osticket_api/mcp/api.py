"""Our own HTTP API, as the assistant's tools call it: with the credential of one agent or key, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx2
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError

_PREFIX: Final = "/api/v2"
_CREDENTIALS: Final = ("authorization", "x-api-key")
_SECONDS: Final = 60.0


class Missing(ToolError):
    """There is nothing by this number or id, or nothing that the caller sees."""


@dataclass(frozen=True)
class Answer:
    data: Any
    meta: Mapping[str, Any]


class Api:
    """The API of one server. Without a credential of its own, each request brings that of whoever calls the tools."""

    def __init__(self, client: httpx2.AsyncClient, credential: Mapping[str, str] | None) -> None:
        self._client = client
        self._credential = credential

    async def get(self, ctx: Context[Any, Any], path: str, **params: Any) -> Answer:
        """Raises: ToolError with what the API says."""
        return await self._call(ctx, "GET", path, params=_given(params))

    async def send(
        self, ctx: Context[Any, Any], method: str, path: str, body: Mapping[str, Any], *, dry_run: bool
    ) -> Answer:
        """Raises: ToolError with what the API says."""
        params = {"dry_run": "true"} if dry_run else {}
        return await self._call(ctx, method, path, params=params, json=_given(body, keeps_none=True))

    async def download(self, ctx: Context[Any, Any], path: str, most: int) -> httpx2.Response:
        """A file of at most so many bytes. Raises: ToolError."""
        async with self._client.stream("GET", _PREFIX + path, headers=self._headers(ctx)) as response:
            if response.status_code == 200 and int(response.headers.get("content-length", 0)) > most:
                raise ToolError(f"The file is larger than {most} bytes.")
            await response.aread()
        _raise_for(response)
        return response

    async def _call(self, ctx: Context[Any, Any], method: str, path: str, **options: Any) -> Answer:
        try:
            response = await self._client.request(method, _PREFIX + path, headers=self._headers(ctx), **options)
        except httpx2.HTTPError as error:
            raise ToolError(f"The help desk's API cannot be reached: {error}") from error
        _raise_for(response)
        if response.status_code == 204:
            return Answer(None, {})
        whole = response.json()
        return Answer(whole["data"], whole["meta"])

    def _headers(self, ctx: Context[Any, Any]) -> dict[str, str]:
        if self._credential is not None:
            return dict(self._credential)
        given = ctx.headers or {}
        return {name: given[name] for name in _CREDENTIALS if name in given}


def open_client(url: str) -> httpx2.AsyncClient:
    """A client of the server at this address."""
    return httpx2.AsyncClient(base_url=url, timeout=_SECONDS, headers={"User-Agent": "osticket-api mcp"})


def _given(values: Mapping[str, Any], *, keeps_none: bool = False) -> dict[str, Any]:
    return {name: value for name, value in values.items() if keeps_none or value is not None}


def _raise_for(response: httpx2.Response) -> None:
    """Raises: ToolError naming every fault, with its field."""
    if response.status_code < 400:
        return
    try:
        errors = response.json()["errors"]
    except (ValueError, KeyError):
        raise ToolError(f"The help desk's API answered {response.status_code}.") from None
    told = [f"{each['field']}: {each['message']}" if each.get("field") else each["message"] for each in errors]
    raise (Missing if response.status_code == 404 else ToolError)(f"{response.status_code}: {' '.join(told)}")
