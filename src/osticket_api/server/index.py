"""The index at `/` and `/api/v2`: links to the documentation and the routes."""

from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from osticket_api import __version__
from osticket_api.web.envelope import encode, enveloped, request_id

_INDEX: Final = {
    "name": "osticket-api",
    "version": __version__,
    "api": "/api/v2",
    "sign_in": "/api/v2/auth/login",
    "documentation": "/docs",
    "description": "/openapi.json",
    "problems": "/problems",
    "health": "/healthz",
    "readiness": "/readyz",
}

_OF_DOCS: Final = ("documentation", "description")


def serve_index(app: Starlette) -> None:
    """Add both paths, with and without a trailing slash."""
    for path in ("/", "/api/v2", "/api/v2/"):
        app.router.routes.append(Route(path, _index, methods=["GET"]))


async def _index(request: Request) -> Response:
    has_docs = request.app.state.settings.features_docs
    shown = _INDEX if has_docs else {name: link for name, link in _INDEX.items() if name not in _OF_DOCS}
    body = enveloped(encode(shown), {"request_id": request_id(request)})
    return Response(body, media_type="application/json")
