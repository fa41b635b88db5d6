"""Requests to other servers that go to an address which was looked at first. Redirects are not followed."""

import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final

import httpx2

from osticket_api.kit.reachable import resolve

_PORTS: Final = {"http": 80, "https": 443}
_AGENT: Final = f"osticket-api/{version('osticket-api')}"


@dataclass(frozen=True)
class OutgoingPolicy:
    """How requests leave. `allowed`: internal networks that they may go to, which `setting` names."""

    allowed: Sequence[str]
    setting: str
    context: ssl.SSLContext


@asynccontextmanager
async def open_response(
    policy: OutgoingPolicy,
    method: str,
    url: httpx2.URL,
    headers: Mapping[str, str],
    body: bytes | None = None,
    *,
    seconds: float,
) -> AsyncIterator[httpx2.Response]:
    """The beginning of the answer to one request, over a connection of its own; its content is still to be read.

    Raises: AddressRefused, httpx2.HTTPError, ssl.SSLError, OSError.
    """
    port = url.port or _PORTS[url.scheme]
    address = await resolve(url.host, port, policy.allowed, policy.setting)
    sent = {"host": url.netloc.decode("ascii"), "user-agent": _AGENT, "accept-encoding": "identity", **headers}
    async with (
        httpx2.AsyncClient(verify=policy.context, trust_env=False, timeout=seconds) as client,
        client.stream(
            method,
            url.copy_with(host=address),
            headers=sent,
            content=body,
            extensions={"sni_hostname": url.raw_host.decode("ascii")},
        ) as response,
    ):
        yield response
