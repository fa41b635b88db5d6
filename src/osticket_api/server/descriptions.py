"""`/openapi.json` and `/asyncapi.json`, which are built at the first request, by modules that are loaded then."""

from collections.abc import Callable
from functools import cache
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from osticket_api.web.envelope import encode


def describe_requests(app: Starlette) -> None:
    """Add the route of the OpenAPI document."""

    def document() -> dict[str, Any]:
        from osticket_api.server import openapi

        return openapi.document(app)

    _serve(app, "/openapi.json", document)


def describe_events(app: Starlette) -> None:
    """Add the route of the AsyncAPI document."""

    def document() -> dict[str, Any]:
        from osticket_api.server import asyncapi

        return asyncapi.document(app.state.settings)

    _serve(app, "/asyncapi.json", document)


def _serve(app: Starlette, path: str, document: Callable[[], dict[str, Any]]) -> None:
    made = cache(lambda: encode(document()))

    async def serve(request: Request) -> Response:
        return Response(made(), media_type="application/json", headers={"Access-Control-Allow-Origin": "*"})

    app.router.routes.append(Route(path, serve, methods=["GET"]))
