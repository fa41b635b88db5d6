"""Find the API key of a request to an old endpoint: in osTicket's own table, or in ours.

Source: legacy-api.md 3, legacy-endpoints.md 0.4.
"""

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

from osticket_api.access import keys
from osticket_api.access.principal import ApiKey
from osticket_api.db.unit import Read
from osticket_api.legacy.answers import LegacyError

_REQUIRED: Final = "Valid API key required"


@dataclass(frozen=True)
class _Texts:
    """The error texts for keys that are not accepted."""

    unknown: str
    not_active: str


_OF_OSTICKET: Final = _Texts(_REQUIRED, "API key not found/active or source IP not authorized")
_OF_PLUGIN: Final = _Texts("API key not found or IP not authorized", "API key not active")


def key_header(request: Request) -> str:
    """The `X-API-Key` header; empty for two such headers, which are ambiguous."""
    values = request.headers.getlist("x-api-key")
    return values[0] if len(values) == 1 else ""


def find_key(tx: Read, header: str | None, ip: str, *, wildcard: bool = False) -> ApiKey:
    """Find the key behind an `X-API-Key` header. SYSTEM acts for it; a key that stands for an agent may no more than
    the agent.

    `wildcard`: a row of osTicket's table for 0.0.0.0 is good from anywhere, as the plugin for
    that has it, and the texts are those of the plugin.

    Raises: LegacyError.
    """
    header = (header or "").strip()
    if not header:
        raise LegacyError(401, _REQUIRED)
    texts = _OF_PLUGIN if wildcard else _OF_OSTICKET
    try:
        return keys.find_key(tx, header, ip, anywhere=wildcard).by_itself()
    except keys.InvalidKey as refused:
        raise LegacyError(401, texts.not_active if refused.is_known else texts.unknown) from None
