"""FORCE_HTTPS: browsers are sent on to HTTPS, and what somebody sent in clear is refused with a sentence.

The scheme is that of the connection, or what a proxy of TRUSTED_PROXIES says.
"""

from typing import Final
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from osticket_api.errors import Forbidden
from osticket_api.server.failures import failure
from osticket_api.web.envelope import host_address
from osticket_api.web.session_cookies import session_secret

PROBED: Final = ("/healthz", "/metrics", "/readyz")
"""Paths that programs on the same network ask without TLS."""
_IN_PATHS: Final = "/:@!$&'()*+,;="
_IN_HEADERS: Final = ("authorization", "x-api-key")
_IN_QUERY: Final = ("signature", "ticket")


class HttpsOnly:
    """Answers nothing over HTTP but redirections and refusals, and tells browsers to come by HTTPS from now on."""

    def __init__(self, app: ASGIApp, hsts_seconds: int) -> None:
        self.app = app
        self.hsts = f"max-age={hsts_seconds}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in PROBED:
            await self.app(scope, receive, send)
        elif scope["scheme"] != "https":
            await _turned_away(Request(scope))(scope, receive, send)
        else:
            await self.app(scope, receive, self._telling(send))

    def _telling(self, send: Send) -> Send:
        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"strict-transport-security", self.hsts)]
            await send(message)

        return telling


def _turned_away(request: Request) -> Response:
    if _has_credentials(request):
        told = "Your credential was sent without encryption: use https://, and change it if others may have read it."
        return failure(request, Forbidden.because(told, code="https_required"))
    if request.method not in ("GET", "HEAD"):
        return failure(request, Forbidden.because("Send this request to https:// instead.", code="https_required"))
    return Response(status_code=308, headers={"Location": _secure_address(request), "Cache-Control": "no-store"})


def _has_credentials(request: Request) -> bool:
    """Whether the request has sent a credential in clear, which somebody may have read."""
    headers = Headers(scope=request.scope)
    in_query = any(name in request.query_params for name in _IN_QUERY)
    return in_query or any(name in headers for name in _IN_HEADERS) or session_secret(request) is not None


def _secure_address(request: Request) -> str:
    """The address with HTTPS: below APP_URL, else at the same host and the usual port."""
    configured: str = request.app.state.settings.app_url
    name = host_address(request).partition("://")[2]
    host = name.partition("]")[0] + "]" if name.startswith("[") else name.partition(":")[0]
    base = configured if configured.startswith("https:") else f"https://{host}"
    query = request.scope["query_string"].decode("latin-1")
    return base + quote(request.scope["path"], _IN_PATHS) + (f"?{query}" if query else "")
