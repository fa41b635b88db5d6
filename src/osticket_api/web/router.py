"""A router that refuses a route without an access rule."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Depends

from osticket_api.access.rules import Rule
from osticket_api.web.call import enforce

Endpoint = Callable[..., Any]


class Router(APIRouter):
    """Routes of one feature.

    Every route names its `access` rule and what it `returns` (a msgspec type, for the published schema).
    """

    def __init__(self, *, tag: str, prefix: str = "") -> None:
        super().__init__(prefix=prefix, tags=[tag])

    def read(self, path: str, *, access: Rule, returns: Any, **options: Any) -> Callable[[Endpoint], Endpoint]:
        """A GET route, which answers HEAD too."""
        return self._route(["GET", "HEAD"], path, access, returns, 200, options)

    def create(
        self, path: str, *, access: Rule, returns: Any, status: int = 201, **options: Any
    ) -> Callable[[Endpoint], Endpoint]:
        return self._route(["POST"], path, access, returns, status, options)

    def act(
        self, path: str, *, access: Rule, returns: Any, status: int = 200, **options: Any
    ) -> Callable[[Endpoint], Endpoint]:
        """A POST route that does something to a thing that is there."""
        return self._route(["POST"], path, access, returns, status, options)

    def update(self, path: str, *, access: Rule, returns: Any, **options: Any) -> Callable[[Endpoint], Endpoint]:
        """A PATCH and PUT route: absent means unchanged, null clears."""
        return self._route(["PATCH", "PUT"], path, access, returns, 200, options)

    def remove(self, path: str, *, access: Rule, **options: Any) -> Callable[[Endpoint], Endpoint]:
        return self._route(["DELETE"], path, access, None, 204, options)

    def _route(
        self, methods: list[str], path: str, access: Rule, returns: Any, status: int, options: dict[str, Any]
    ) -> Callable[[Endpoint], Endpoint]:
        def register(endpoint: Endpoint) -> Endpoint:
            self.add_api_route(
                path,
                endpoint,
                methods=methods,
                status_code=status,
                response_model=None,
                dependencies=[Depends(enforce(access))],
                openapi_extra={"x-access": access.name, "x-returns": returns},
                **options,
            )
            return endpoint

        return register
