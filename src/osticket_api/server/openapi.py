"""`/openapi.json`: OpenAPI 3.1, made from the routes themselves.

Bodies and parameters are described by the pydantic models that read them, answers by the msgspec types that are sent.
"""

from collections.abc import Iterable
from typing import Any, get_origin

import msgspec
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from osticket_api.web.envelope import encode
from osticket_api.web.paging import Page

_REFERENCE = "#/components/schemas/{model}"
_MSGSPEC_REFERENCE = "#/components/schemas/{name}"

_ERRORS = {
    400: "The request is malformed.",
    401: "No credential, or a bad one.",
    403: "The caller lacks a permission; the message names it.",
    404: "There is no such thing for this caller.",
    405: "The method is not possible here.",
    409: "The state of the thing forbids it.",
    412: "`If-Match` names an older state.",
    413: "The body is too large.",
    415: "The body is of an unknown media type.",
    416: "No part of the file lies in that range.",
    422: "Values are wrong; `errors` names every field.",
    423: "Somebody else has locked the ticket.",
    429: "Too many requests; `Retry-After` says how long to wait.",
    500: "Something went wrong here.",
    501: "This installation cannot do that.",
    503: "The database is away.",
}
_ALWAYS = (400, 401, 403, 405, 429, 500, 503)
_READING = (404, 422)
_WRITING = (404, 409, 412, 413, 415, 422, 423, 501)

_ENVELOPE_ERROR = {
    "type": "object",
    "required": ["success", "data", "meta", "errors"],
    "properties": {
        "success": {"const": False},
        "data": {"type": "null"},
        "meta": {"$ref": "#/components/schemas/Meta"},
        "errors": {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/Error"}},
    },
}
_SCHEMAS: dict[str, Any] = {
    "Meta": {
        "type": "object",
        "required": ["request_id"],
        "properties": {"request_id": {"type": "string", "examples": ["7d0f0b0fba0c4f5f9a55c5e9b3c6f3a1"]}},
    },
    "PageMeta": {
        "type": "object",
        "required": ["request_id", "page", "per_page", "total", "next_cursor"],
        "properties": {
            "request_id": {"type": "string"},
            "page": {"type": ["integer", "null"]},
            "per_page": {"type": "integer"},
            "total": {"type": ["integer", "null"]},
            "next_cursor": {"type": ["string", "null"]},
        },
    },
    "Error": {
        "type": "object",
        "required": ["code", "message"],
        "properties": {
            "code": {"type": "string", "examples": ["required"]},
            "message": {"type": "string", "examples": ["subject is required."]},
            "field": {"type": "string", "examples": ["subject"]},
            "detail": {},
        },
    },
    "Failure": _ENVELOPE_ERROR,
    "Problem": {
        "type": "object",
        "required": ["type", "title", "status", "detail", "instance", "code", "errors", "request_id"],
        "properties": {
            "type": {"type": "string", "format": "uri"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "instance": {"type": "string"},
            "code": {"type": "string"},
            "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Error"}},
            "request_id": {"type": "string"},
        },
    },
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
    schemas = {**_SCHEMAS, **_model_schemas(routes), **_answer_schemas(routes)}
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        for method in sorted((route.methods or set()) - {"HEAD"}):
            paths.setdefault(route.path_format, {})[method.lower()] = _operation(route, method, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": app.title, "version": app.version, "description": app.description or _INTRODUCTION},
        "servers": [{"url": app.state.settings.app_url or "/"}],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": _SECURITY},
        "tags": [{"name": name} for name in sorted({str(tag) for route in routes for tag in route.tags})],
    }


_INTRODUCTION = (
    "A REST API beside osTicket. Every answer is `{success, data, meta, errors}`; send "
    "`Accept: application/problem+json` for RFC 9457 errors."
)
_SECURITY = {
    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}


def api_routes(app: FastAPI) -> list[APIRoute]:
    """Every route of every feature."""
    return [route for route in app.routes if isinstance(route, APIRoute)]


def extra(route: APIRoute, name: str) -> Any:
    return (route.openapi_extra or {}).get(name)


def _readers(dependant: Dependant) -> Iterable[Any]:
    for dependency in dependant.dependencies:
        yield dependency.call
        yield from _readers(dependency)


def _model(route: APIRoute, kind: str) -> tuple[type[BaseModel] | None, Any]:
    for reader in _readers(route.dependant):
        model = getattr(reader, kind, None)
        if model is not None:
            return model, reader
    return None, None


def _model_schemas(routes: Iterable[APIRoute]) -> dict[str, Any]:
    models = {_model(route, kind)[0] for route in routes for kind in ("body_model", "query_model")} - {None}
    named = sorted((model for model in models if model is not None), key=lambda model: model.__name__)
    _, definitions = models_json_schema([(model, "validation") for model in named], ref_template=_REFERENCE)
    return dict(definitions.get("$defs", {}))


def _answer_schemas(routes: Iterable[APIRoute]) -> dict[str, Any]:
    types = {_item(extra(route, "x-returns")) for route in routes} - {None, bytes}
    _, components = msgspec.json.schema_components(types, ref_template=_MSGSPEC_REFERENCE)
    return dict(components)


def _item(returns: Any) -> Any:
    """What a route answers with: for a page or a list, the thing of which it holds many."""
    return returns.__args__[0] if get_origin(returns) in (Page, list) else returns


def _operation(route: APIRoute, method: str, schemas: dict[str, Any]) -> dict[str, Any]:
    summary, _, description = (route.endpoint.__doc__ or route.name).strip().partition("\n")
    operation: dict[str, Any] = {
        "operationId": route.name if method != "PUT" else f"put_{route.name}",
        "summary": summary.rstrip("."),
        "description": " ".join(description.split()) or summary,
        "tags": route.tags,
        "parameters": [*_path_parameters(route), *_query_parameters(route, schemas)],
        "responses": _responses(route, method),
        "security": [{}] if extra(route, "x-access") == "anyone" else [{"bearer": []}, {"key": []}],
        "x-access": extra(route, "x-access"),
    }
    model, reader = _model(route, "body_model")
    if model is not None:
        operation["requestBody"] = _request_body(model, reader)
    return operation


def _path_parameters(route: APIRoute) -> list[dict[str, Any]]:
    return [
        {"name": field.alias, "in": "path", "required": True, "schema": {"type": "string"}, "description": field.alias}
        for field in route.dependant.path_params
    ]


def _query_parameters(route: APIRoute, schemas: dict[str, Any]) -> list[dict[str, Any]]:
    model, _ = _model(route, "query_model")
    if model is None:
        return []
    schema = schemas[model.__name__]
    return [
        {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", ()),
            "description": property.get("description", name.replace("_", " ")),
            "schema": property,
        }
        for name, property in schema.get("properties", {}).items()
    ]


def _request_body(model: type[BaseModel], reader: Any) -> dict[str, Any]:
    schema = {"$ref": _REFERENCE.format(model=model.__name__)}
    content: dict[str, Any] = {"application/json": {"schema": schema}}
    if reader.multipart:
        files = {"type": "array", "items": {"type": "string", "format": "binary"}}
        form = {"type": "object", "properties": {"payload": schema, "attachments": files}}
        content["multipart/form-data"] = {"schema": form}
    return {"required": not reader.body_optional, "content": content}


def _responses(route: APIRoute, method: str) -> dict[str, Any]:
    codes = sorted({*_ALWAYS, *(_READING if method == "GET" else _WRITING)})
    failures = {str(code): _failure(_ERRORS[code]) for code in codes}
    return {str(route.status_code or 200): _success(extra(route, "x-returns")), **failures}


def _success(returns: Any) -> dict[str, Any]:
    if returns is None:
        return {"description": "Done."}
    if returns is bytes:
        binary = {"schema": {"type": "string", "format": "binary"}}
        return {"description": "The content.", "content": {"application/octet-stream": binary}}
    item = {"$ref": _MSGSPEC_REFERENCE.format(name=_item(returns).__name__)}
    is_page = get_origin(returns) is Page
    envelope = {
        "type": "object",
        "required": ["success", "data", "meta", "errors"],
        "properties": {
            "success": {"const": True},
            "data": {"type": "array", "items": item} if is_page or get_origin(returns) is list else item,
            "meta": {"$ref": "#/components/schemas/" + ("PageMeta" if is_page else "Meta")},
            "errors": {"type": "array", "maxItems": 0},
        },
    }
    return {"description": "Done.", "content": {"application/json": {"schema": envelope}}}


def _failure(description: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/Failure"}},
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
        },
    }
