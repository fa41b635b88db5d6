"""A router that refuses a route without an access rule."""

from collections.abc import Callable, Coroutine
from inspect import isasyncgenfunction
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.dependencies.utils import request_params_to_args
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from osticket_api.access.rules import Rule
from osticket_api.web.call import enforce

Endpoint = Callable[..., Any]
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


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
            app.router.add_api_route(**{**route, "path": prefix + route["path"]}, route_class_override=Direct)


class Direct(APIRoute):
    """A route that calls what it depends on one after the other.

    FastAPI resolves dependencies of any depth and kind at each request. Ours have none of their own, and take the
    request; only forms, which are open until the answer is sent, need its way.
    """

    def get_route_handler(self) -> Handler:
        steps = [(each.name, each.call) for each in self.dependant.dependencies if each.call is not None]
        if any(isasyncgenfunction(call) for _, call in steps):
            return super().get_route_handler()

        async def handle(request: Request) -> Response:
            values, errors = request_params_to_args(self.dependant.path_params, request.path_params)
            for name, call in steps:
                result = await call(request)
                if name is not None:
                    values[name] = result
            if errors:
                raise RequestValidationError(errors)
            response: Response = await self.endpoint(**values)
            return response

        return handle
