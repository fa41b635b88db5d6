"""The other forms of old addresses: `/api/http.php/...`, and `?_method=` in place of the method.

Source: legacy-api.md 1.
"""

from typing import Final
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Receive, Scope, Send

from osticket_api.legacy.answers import is_legacy

_SCRIPT: Final = "/api/http.php/"
_METHODS: Final = {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"}


class OldAddresses:
    """Gives every old request the one form that routes know."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_legacy(scope):
            await self.app(scope, receive, send)
            return
        plain = {**scope, **_plain(scope)}
        try:
            await self.app(plain, receive, send)
        finally:
            scope["route"] = plain.get("route")  # Metrics and traces outside name the request by its route.


def _plain(scope: Scope) -> Scope:
    path = scope["path"]
    if path.startswith(_SCRIPT):
        path = "/api/" + path.removeprefix(_SCRIPT)
    method = (_wanted_method(scope["query_string"]) if ".php" not in path else None) or scope["method"]
    return {"path": path, "raw_path": path.encode(errors="replace"), "method": method}


def _wanted_method(query: bytes) -> str | None:
    if b"_method" not in query:
        return None
    method = parse_qs(query.decode("latin-1")).get("_method", [""])[-1].upper()
    return method if method in _METHODS else None
