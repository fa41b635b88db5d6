"""One of the plugin's doors: what it accepts, and the order in which it refuses.

Path, method, body, key, permission: the first that is wrong is told. Source: legacy-endpoints.md 0.1 and 0.2.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Concatenate, Final, Literal, ParamSpec, TypeVar

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from osticket_api.access.permissions import KeyPermission
from osticket_api.access.principal import ApiKey
from osticket_api.db.engine import Database, Read, Write
from osticket_api.db.engine import client_ip as client_ip_of_unit
from osticket_api.errors import ApiError
from osticket_api.legacy import answers
from osticket_api.legacy.answers import Refused
from osticket_api.legacy.keys import find_key
from osticket_api.legacy.plugin.installed import has_wildcard_keys
from osticket_api.settings import Settings
from osticket_api.web.call import client_ip

P = ParamSpec("P")
R = TypeVar("R")

Format = Literal["json", "xml"]

BARE: Final = r"/?(?:\.(?P<format>json|xml))?/?"
TICKET: Final = r"/(?P<token>[^/.]+)\.(?P<format>json|xml)/?"
FILE: Final = r"/(?P<token>[0-9]+)\.(?P<format>json|xml)/?"


@dataclass
class Visit:
    """A request at a door, its path and method found right."""

    request: Request
    token: str | None
    format: Format
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        database: Database = self.request.app.state.database
        return database

    @property
    def settings(self) -> Settings:
        settings: Settings = self.request.app.state.settings
        return settings

    @property
    def key(self) -> ApiKey:
        key: ApiKey = self.request.state.principal
        return key

    @property
    def is_dry_run(self) -> bool:
        return self.request.query_params.get("dry_run", "").lower() in ("true", "1")

    async def admit(self, denied: "Denial", *permissions: KeyPermission) -> None:
        """Find out whose key this is, and whether it has one of the permissions. Raises: Refused."""
        header = self.request.headers.get("x-api-key", "")
        key = await self.database.read(_find_key, header, client_ip(self.request))
        self.request.state.principal = key
        if not key.permissions.intersection(permissions):
            raise Refused(denied.status, denied.message)

    def answer(self, data: Any) -> Response:
        """A thing or a list, in the format that the path names."""
        return answers.xml(200, data) if self.format == "xml" else answers.json(200, data)

    async def read(self, function: Callable[Concatenate[Read, ApiKey, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        return await self.database.read(function, self.key, *args, **kwargs)

    async def write(self, function: Callable[Concatenate[Write, ApiKey, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a function as one transaction. With `?dry_run=true` nothing of it stays."""
        if not self.is_dry_run:
            return await self.database.write(function, self.key, *args, **kwargs)
        results: list[R] = []

        def unit(tx: Write) -> None:
            results.append(function(tx, self.key, *args, **kwargs))

        await self.database.rehearse(unit)
        return results[-1]


def _find_key(tx: Read, header: str, ip: str) -> ApiKey:
    return find_key(tx, header, ip, wildcard=has_wildcard_keys(tx))


@dataclass(frozen=True)
class Denial:
    """What a key hears that lacks the permission."""

    message: str
    status: int = 401


Handler = Callable[[Visit], Awaitable[Response]]


@dataclass(frozen=True)
class Door:
    """One `.php` file: the methods it takes, the paths behind it, and what it does."""

    file: str
    methods: Sequence[str]
    path: str
    expected: str
    handler: Handler

    async def __call__(self, request: Request) -> Response:
        client_ip_of_unit.set(client_ip(request))
        try:
            return await self.handler(self._enter(request))
        except Refused as refused:
            headers = {"Allow": ", ".join(self.methods)} if refused.status == 405 else {}
            answer = answers.error(refused.status, refused.text)
            answer.headers.update(headers)
            return answer
        except ApiError as error:
            return answers.failure(request, error)

    def _enter(self, request: Request) -> Visit:
        """Raises: Refused for a path or a method that the door does not take."""
        match = re.fullmatch(self.path, request.path_params["rest"])
        if match is None:
            raise Refused(400, f"Invalid URL format{self.expected}")
        if request.method not in self.methods:
            raise Refused(405, f"Method Not Allowed. Use {', '.join(self.methods)}")
        parts = match.groupdict()
        return Visit(request, parts.get("token"), "xml" if parts.get("format") == "xml" else "json")


class Doors:
    """The doors of one kind, to be installed below `/api`."""

    def __init__(self, *doors: Door) -> None:
        self.doors = doors

    def install(self, app: FastAPI, prefix: str = "") -> None:
        """Add a route for each method a door takes, and one that refuses all the others its own way."""
        for door in self.doors:
            path = f"{prefix}/{door.file}{{rest:path}}"
            endpoint = _endpoint(door)
            for method in door.methods:
                app.add_api_route(
                    path, endpoint, methods=[method], name=f"{method} {door.file}",
                    include_in_schema=False, response_model=None,
                )  # fmt: skip
            app.router.routes.append(Route(path, _Anything(door), include_in_schema=False))


def _endpoint(door: Door) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return await door(request)

    return endpoint


class _Anything:
    """The door as an application, which the router asks whatever the method is."""

    def __init__(self, door: Door) -> None:
        self.door = door

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        response = await self.door(Request(scope, receive))
        await response(scope, receive, send)
