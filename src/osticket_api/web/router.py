"""A router that refuses a route without an access rule."""

from collections.abc import Callable
from typing import Any

from fastapi import Depends, FastAPI

from osticket_api.access.rules import Rule
from osticket_api.web.call import enforce

Endpoint = Callable[..., Any]


class Router:
    """The routes of one feature.

    Every route names its `access` rule and what it `returns` (a msgspec type, for the published schema).
    """

    def __init__(self, *, tag: str, prefix: str = "") -> None:
        self.tag = tag
        self.prefix = prefix
        self._routes: list[dict[str, Any]] = []

    def read(self, path: str, *, access: Rule, returns: Any) -> Callable[[Endpoint], Endpoint]:
        """A GET route, which answers HEAD too."""
        return self._route(["GET", "HEAD"], path, access, returns, 200)

    def create(self, path: str, *, access: Rule, returns: Any, status: int = 201) -> Callable[[Endpoint], Endpoint]:
        return self._route(["POST"], path, access, returns, status)

    def act(self, path: str, *, access: Rule, returns: Any, status: int = 200) -> Callable[[Endpoint], Endpoint]:
        """A POST route that does something to a thing that is there."""
        return self._route(["POST"], path, access, returns, status)

    def update(self, path: str, *, access: Rule, returns: Any) -> Callable[[Endpoint], Endpoint]:
        """A PATCH and PUT route: absent means unchanged, null clears."""
        return self._route(["PATCH", "PUT"], path, access, returns, 200)

    def replace(self, path: str, *, access: Rule, returns: Any) -> Callable[[Endpoint], Endpoint]:
        """A PUT route for what is given as a whole, such as a set."""
        return self._route(["PUT"], path, access, returns, 200)

    def remove(self, path: str, *, access: Rule) -> Callable[[Endpoint], Endpoint]:
        return self._route(["DELETE"], path, access, None, 204)

    def _route(
        self, methods: list[str], path: str, access: Rule, returns: Any, status: int
    ) -> Callable[[Endpoint], Endpoint]:
        def register(endpoint: Endpoint) -> Endpoint:
            self._routes.append(
                {
                    "path": self.prefix + path,
                    "endpoint": endpoint,
                    "methods": methods,
                    "status_code": status,
                    "response_model": None,
                    "tags": [self.tag],
                    "dependencies": [Depends(enforce(access))],
                    "openapi_extra": {"x-access": access.name, "x-returns": returns},
                }
            )
            return endpoint

        return register

    def install(self, app: FastAPI, prefix: str = "") -> None:
        """Add the routes to the application, below a prefix."""
        for route in self._routes:
            app.add_api_route(**{**route, "path": prefix + route["path"]})
