"""The routes of one feature: plain functions that run whole inside a unit of work.

The router does the rest: identifying the caller, the access rule, the transaction and its repetition after a deadlock,
dry runs, idempotency, conditional requests, encoding. When the server starts, the router refuses routes without an
access rule and handlers with parameters that a request does not have.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.applications import Starlette

from osticket_api.access.rules import Rule
from osticket_api.db.unit import Write
from osticket_api.web.handlers import Handler, check_location, read_signature
from osticket_api.web.results import Created
from osticket_api.web.route import HandlerRoute

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class _Declared:
    """A route as its feature declares it, without the prefix."""

    path: str
    handler: Handler
    methods: tuple[str, ...]
    access: Rule
    status: int
    location: str | None


class Router:
    """The routes of one feature. Every route names its `access` rule; its handler says what it takes and returns."""

    def __init__(self, *, tag: str, prefix: str = "") -> None:
        self.tag = tag
        self.prefix = prefix
        self._routes: list[_Declared] = []

    def get(self, path: str, *, access: Rule) -> Callable[[F], F]:
        """A GET route, which answers HEAD too. Its handler takes a `Read` unit."""
        return self._declare(("GET",), path, access)

    def post(
        self, path: str, *, access: Rule, status: int | None = None, location: str | None = None
    ) -> Callable[[F], F]:
        """A POST route. `location`: the path of the created resource, if not this path and its id."""
        return self._declare(("POST",), path, access, status, location)

    def patch(self, path: str, *, access: Rule, location: str | None = None) -> Callable[[F], F]:
        """A PATCH route, and PUT with the same meaning: absent means unchanged, null clears.

        `location`: the new path of the resource, if the change moves it.
        """
        return self._declare(("PATCH", "PUT"), path, access, location=location)

    def put(self, path: str, *, access: Rule) -> Callable[[F], F]:
        """A PUT route that replaces a whole value, such as a set."""
        return self._declare(("PUT",), path, access)

    def delete(self, path: str, *, access: Rule) -> Callable[[F], F]:
        return self._declare(("DELETE",), path, access)

    def _declare(
        self, methods: tuple[str, ...], path: str, access: Rule, status: int | None = None, location: str | None = None
    ) -> Callable[[F], F]:
        """Raises: TypeError for a handler that does not fit its route."""

        def register(function: F) -> F:
            whole = self.prefix + path
            handler = read_signature(function, whole, access)
            if "GET" in methods and handler.unit is not None and issubclass(handler.unit[1], Write):
                raise TypeError(f"{function.__module__}.{function.__name__} answers GET and must not write.")
            place = location or (f"{whole}/{{id}}" if handler.wrapper is Created else None)
            check_location(handler, place)
            self._routes.append(_Declared(whole, handler, methods, access, status or handler.status, place))
            return function

        return register

    def install(self, app: Starlette, prefix: str = "") -> None:
        """Add the routes to the application, below a prefix."""
        for route in self._routes:
            app.router.routes.append(
                HandlerRoute(
                    prefix + route.path,
                    route.handler,
                    methods=route.methods,
                    access=route.access,
                    tag=self.tag,
                    status=route.status,
                    location=None if route.location is None else prefix + route.location,
                )
            )
