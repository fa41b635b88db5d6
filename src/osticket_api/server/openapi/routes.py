"""What a route tells about itself."""

from collections.abc import Iterable
from typing import Any, get_origin

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel

from osticket_api.web.paging import Page


def api_routes(app: FastAPI) -> list[APIRoute]:
    """Every route of every feature."""
    return [route for route in app.routes if isinstance(route, APIRoute)]


def methods_of(route: APIRoute) -> list[str]:
    return sorted((route.methods or set()) - {"HEAD"})


def access_of(route: APIRoute) -> str:
    return str(_extra(route, "x-access"))


def returned(route: APIRoute) -> Any:
    """What a route answers with: a type, `Page` of a type, `bytes`, or None."""
    return _extra(route, "x-returns")


def is_page(returns: Any) -> bool:
    return get_origin(returns) is Page


def item_of(returns: Any) -> Any:
    """The type of the thing itself: for a page, of which it holds many."""
    return returns.__args__[0] if is_page(returns) else returns


def body_reader(route: APIRoute) -> Any:
    """The dependency that reads the body. It has `body_model`, `multipart` and `body_optional`."""
    return _reader(route, "body_model")


def query_model(route: APIRoute) -> type[BaseModel] | None:
    model: type[BaseModel] | None = getattr(_reader(route, "query_model"), "query_model", None)
    return model


def _extra(route: APIRoute, name: str) -> Any:
    return (route.openapi_extra or {}).get(name)


def _reader(route: APIRoute, kind: str) -> Any:
    return next((call for call in _dependencies(route.dependant) if getattr(call, kind, None) is not None), None)


def _dependencies(dependant: Dependant) -> Iterable[Any]:
    for dependency in dependant.dependencies:
        yield dependency.call
        yield from _dependencies(dependency)
