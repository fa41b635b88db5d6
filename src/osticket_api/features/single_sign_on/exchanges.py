"""Requests to an identity provider: none takes long, none follows a redirect, none reads an endless answer."""

import asyncio
import ssl
from collections.abc import Mapping
from typing import Any, Final

import httpx2
import structlog

from osticket_api.errors import Unavailable
from osticket_api.kit.outgoing import OutgoingPolicy, open_response
from osticket_api.kit.outside_json import decode_json
from osticket_api.kit.reachable import AddressRefused
from osticket_api.settings_providers import Provider, is_safe_address

_SECONDS: Final = 5.0
_MOST_BYTES: Final = 512 * 1024
_log = structlog.get_logger("security")


class Exchanges:
    """Speaks with one provider."""

    def __init__(self, provider: Provider) -> None:
        context = ssl.create_default_context(cafile=provider.ca or None)
        self._policy = OutgoingPolicy(provider.allowed_networks, f"allowed_networks of [{provider.name}]", context)
        self._provider = provider

    async def get(self, address: str, headers: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        """The object at an address. Raises: Unavailable."""
        status, found = await self.send("GET", address, headers or {})
        if status != httpx2.codes.OK:
            raise self.away(f"{address} answers {status}")
        return found

    async def send(
        self, method: str, address: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> tuple[int, Mapping[str, Any]]:
        """The status and the object that a request is answered with. Raises: Unavailable."""
        if not is_safe_address(address):
            raise self.away(f"{address} is not an address to which secrets may be sent")
        sent = {"accept": "application/json", **headers}
        try:
            async with (
                asyncio.timeout(_SECONDS),
                open_response(self._policy, method, httpx2.URL(address), sent, body, seconds=_SECONDS) as response,
            ):
                return response.status_code, _parsed(await _content(response))
        except TimeoutError:
            raise self.away(f"{address} did not answer within {_SECONDS:.0f} seconds") from None
        except (AddressRefused, httpx2.HTTPError, httpx2.InvalidURL, ssl.SSLError, OSError, ValueError) as error:
            raise self.away(f"{address}: {error or type(error).__name__}") from None

    def away(self, reason: str) -> Unavailable:
        """The reason is for the log and for notes of the error: it may name what only this machine can reach."""
        _log.warning("provider_unavailable", provider=self._provider.name, reason=reason[:500])
        message = (
            f"{self._provider.title} cannot be reached right now, or does not answer as it should. Try again later."
        )
        error = Unavailable.because(message, code="provider_unavailable")
        error.add_note(reason)
        return error


async def _content(response: httpx2.Response) -> bytes:
    """Raises: ValueError for an answer that is too long."""
    content = b""
    async for chunk in response.aiter_raw():
        content += chunk
        if len(content) > _MOST_BYTES:
            raise ValueError("the answer is too long")
    return content


def _parsed(content: bytes) -> Mapping[str, Any]:
    """Raises: ValueError for what is not a JSON object."""
    return decode_json(content, dict[str, Any])
