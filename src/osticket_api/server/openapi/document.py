"""The whole description, and the route that serves it."""

from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from osticket_api.server.openapi.catalogue import Catalogue
from osticket_api.server.openapi.operations import Operation
from osticket_api.server.openapi.routes import api_routes, methods_of
from osticket_api.server.openapi.shared import HEADERS, PARAMETERS, Schema, refusals
from osticket_api.server.openapi.words import INTRODUCTION, TAGS
from osticket_api.web.envelope import encode

_SECURITY = {
    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "From `/api/v2/auth/login`."},
    "key": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "One of ours, or osTicket's own."},
}


def describe(app: FastAPI) -> None:
    """Add the route that serves the description. It is made once, at the first request for it."""
    made: list[bytes] = []

    async def serve(request: Request) -> Response:
        if not made:
            made.append(encode(document(app)))
        return Response(made[0], media_type="application/json", headers={"Access-Control-Allow-Origin": "*"})

    app.router.routes.append(Route("/openapi.json", serve, methods=["GET"]))


def document(app: FastAPI) -> dict[str, Any]:
    """The whole description."""
    routes = [route for route in api_routes(app) if route.include_in_schema]
    catalogue = Catalogue(routes)
    paths: dict[str, Schema] = {}
    for route in routes:
        for method in methods_of(route):
            paths.setdefault(route.path_format, {})[method.lower()] = Operation(route, method, catalogue).described()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": app.title,
            "version": app.version,
            "description": INTRODUCTION,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": app.state.settings.app_url or "/"}],
        "externalDocs": {"url": (app.state.settings.app_url or "") + "/docs", "description": "A page to try it on"},
        "tags": _tags(paths),
        "paths": paths,
        "components": {
            "schemas": catalogue.schemas,
            "parameters": PARAMETERS,
            "headers": HEADERS,
            "responses": refusals(),
            "securitySchemes": _SECURITY,
        },
    }


def _tags(paths: dict[str, Schema]) -> list[Schema]:
    used = {tag for operations in paths.values() for operation in operations.values() for tag in operation["tags"]}
    return [{"name": tag, "description": TAGS.get(tag, "")} for tag in sorted(used)]
