"""Read from a route what the OpenAPI document needs."""

from typing import Any

from pydantic import BaseModel
from starlette.applications import Starlette

from osticket_api.web.handlers import Body, is_page, is_slice, item_of
from osticket_api.web.route import HandlerRoute

__all__ = ["api_routes", "is_page", "is_slice", "item_of"]


def api_routes(app: Starlette) -> list[HandlerRoute]:
    """Every route of every feature."""
    return [route for route in app.routes if isinstance(route, HandlerRoute)]


def methods_of(route: HandlerRoute) -> list[str]:
    """The methods that are described. PUT beside PATCH means the same, and is told once in the introduction."""
    methods = (route.methods or set()) - {"HEAD"}
    return sorted(methods - {"PUT"} if "PATCH" in methods else methods)


def text_of(route: HandlerRoute) -> str:
    """The first sentence of the handler's docstring, on one line."""
    return " ".join((route.handler.function.__doc__ or "").split())


def places_of(route: HandlerRoute) -> list[tuple[str, type]]:
    """The values in the path, with their types."""
    return [(name, route.handler.path[name]) for name in route.param_convertors]


def returned(route: HandlerRoute) -> Any:
    """The type of a route's response: a type, `Page` or `Slice` of a type, `bytes`, or None."""
    return route.handler.returns


def body_of(route: HandlerRoute) -> Body | None:
    return route.handler.body


def query_model(route: HandlerRoute) -> type[BaseModel] | None:
    return route.handler.query[1] if route.handler.query else None
