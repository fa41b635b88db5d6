"""The OpenAPI document."""

from typing import Any

from starlette.applications import Starlette

from osticket_api import __version__
from osticket_api.server.openapi.catalogue import Catalogue
from osticket_api.server.openapi.operations import Operation
from osticket_api.server.openapi.routes import api_routes, methods_of
from osticket_api.server.openapi.shared import HEADERS, PARAMETERS, Schema, refusals
from osticket_api.server.openapi.webhooks import SENT_HEADERS, webhooks
from osticket_api.server.openapi.words import INTRODUCTION, TAGS

_SECURITY = {
    "client": {
        "type": "oauth2",
        "description": "Machine clients: an API key, exchanged for an access token of some of its permissions.",
        "flows": {"clientCredentials": {"tokenUrl": "/api/v2/oauth/token", "scopes": {}}},
    },
    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "From `/api/v2/auth/login`."},
    "cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "osticket-session",
        "description": "From `/api/v2/auth/login` with `mode` `cookie`; over HTTPS it is `__Host-osticket-session`. "
        "What is not a GET needs the header `X-CSRF-Token` too.",
    },
    "key": {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-Key",
        "description": "An API key of this server, or one of osTicket's own.",
    },
}


def document(app: Starlette) -> dict[str, Any]:
    """The whole OpenAPI document."""
    routes = api_routes(app)
    catalogue = Catalogue(routes)
    paths: dict[str, Schema] = {}
    for route in routes:
        for method in methods_of(route):
            paths.setdefault(route.path_format, {})[method.lower()] = Operation(route, method, catalogue).described()
    address = app.state.settings.app_url
    has_webhooks = app.state.settings.features_webhooks
    page = {"externalDocs": {"url": f"{address}/docs", "description": "A page to try it on"}} if address else {}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "osticket-api",
            "version": __version__,
            "description": INTRODUCTION,
            "contact": {"name": "The developers of osticket-api"},
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": address or "/"}],
        **page,
        "tags": _tags(paths),
        "paths": paths,
        **({"webhooks": webhooks()} if has_webhooks else {}),
        "components": {
            "schemas": catalogue.schemas,
            "parameters": {**PARAMETERS, **(SENT_HEADERS if has_webhooks else {})},
            "headers": HEADERS,
            "responses": _used(refusals(), paths),
            "securitySchemes": _SECURITY,
        },
    }


def _tags(paths: dict[str, Schema]) -> list[Schema]:
    used = {tag for operations in paths.values() for operation in operations.values() for tag in operation["tags"]}
    return [_tag(tag) for tag in TAGS if tag in used]


def _tag(tag: str) -> Schema:
    title = " ".join(word.upper() if word in ("api", "faq") else word for word in tag.split())
    return {"name": tag, "x-displayName": title[0].upper() + title[1:], "description": TAGS[tag]}


def _used(refusals: dict[str, Schema], paths: dict[str, Schema]) -> dict[str, Schema]:
    """The refusals that some operation declares."""
    answers = [
        each for item in paths.values() for operation in item.values() for each in operation["responses"].values()
    ]
    used = {each["$ref"].rpartition("/")[2] for each in answers if "$ref" in each}
    return {name: refusal for name, refusal in refusals.items() if name in used}
