"""Send one request to one receiver, and read the answer. Loaded by need, with the HTTP client and the certificates."""

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from typing import Final

import httpx2

from osticket_api.kit.outgoing import OutgoingPolicy, open_response
from osticket_api.kit.reachable import AddressRefused
from osticket_api.webhooks.answers import Answer

SECONDS: Final = 10.0
_MAX_ANSWER: Final = 64 * 1024
_SHOWN: Final = 2048


class Sender:
    """Sends to receivers, each time over a connection of its own."""

    def __init__(self, allowed: Sequence[str]) -> None:
        self._policy = OutgoingPolicy(allowed, "WEBHOOK_ALLOWED_NETWORKS", ssl.create_default_context())

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Post a body. Redirects are not followed: they could lead inside."""
        try:
            async with asyncio.timeout(SECONDS):
                return await self._exchange(httpx2.URL(url), headers, body)
        except AddressRefused as refused:
            return Answer(error=str(refused))
        except TimeoutError:
            return Answer(error=f"There was no answer within {SECONDS:.0f} seconds.")
        except (httpx2.HTTPError, httpx2.InvalidURL, ssl.SSLError, OSError) as error:
            return Answer(error=str(error) or type(error).__name__)

    async def _exchange(self, url: httpx2.URL, headers: Mapping[str, str], body: bytes) -> Answer:
        async with open_response(self._policy, "POST", url, headers, body, seconds=SECONDS) as response:
            return Answer(
                status=response.status_code,
                body=await _beginning(response),
                retry_after=response.headers.get("retry-after"),
            )


async def _beginning(response: httpx2.Response) -> str:
    """The first part of an answer. An endless one is not read to its end."""
    content = b""
    async for chunk in response.aiter_raw():
        content += chunk
        if len(content) >= _MAX_ANSWER:
            break
    return content[:_SHOWN].decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
