"""The old endpoints: how a request passes one, whose key it shows, and what osTicket's log hears of it.

Errors are raised, and rendered where all errors are: `server/errors.py`, by `answers.failure`.
Source: legacy-api.md 2 to 4 and 14, legacy-endpoints.md 0.1 and 0.2.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Concatenate, Final, Literal, ParamSpec, TypeVar

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from osticket_api.access.keys import osticket_row
from osticket_api.access.permissions import KeyPermission
from osticket_api.access.principal import ApiKey
from osticket_api.access.tokens import fingerprint
from osticket_api.db.engine import Database
from osticket_api.db.unit import Read, Write, caller_credential, caller_key, operation, target
from osticket_api.db.unit import client_ip as client_ip_of_unit
from osticket_api.db.unit import request_id as request_id_of_unit
from osticket_api.errors import ApiError, SwitchedReadOnly, TooManyRequests, Unavailable
from osticket_api.events.system_log import Severity, log
from osticket_api.legacy import answers
from osticket_api.legacy.answers import LegacyError
from osticket_api.legacy.keys import find_key, key_header
from osticket_api.legacy.plugin.installed import has_wildcard_keys
from osticket_api.settings import Settings
from osticket_api.web.admission import client_ip
from osticket_api.web.envelope import request_id
from osticket_api.web.input import read_body
from osticket_api.web.rates import count

P = ParamSpec("P")
R = TypeVar("R")

Format = Literal["json", "xml"]

BARE: Final = r"/?(?:\.(?P<format>json|xml))?/?"
TICKET: Final = r"/(?P<token>[^/.]+)\.(?P<format>json|xml)/?"
FILE: Final = r"/(?P<token>[0-9]+)\.(?P<format>json|xml)/?"

_SHOWN_OF_KEY: Final = 8


@dataclass(frozen=True)
class Denial:
    """The refusal of a key that lacks the permission."""

    message: str
    status: int = 401


_DENIED: Final = Denial("API key not authorized")


@dataclass
class LegacyRequest:
    """A request at an old endpoint, its path and method found right."""

    request: Request
    token: str | None = None
    """The value in the path, such as the number of a ticket."""
    format: Format = "json"

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
        """Whose request it is, once admitted."""
        key: ApiKey = self.request.state.principal
        return key

    @property
    def header(self) -> str:
        return key_header(self.request)

    @property
    def is_dry_run(self) -> bool:
        return self.request.query_params.get("dry_run", "").lower() in ("true", "1")

    async def admit(
        self, *permissions: KeyPermission, denied: Denial = _DENIED, wildcard: bool | None = None
    ) -> ApiKey:
        """The key, if it has one of the permissions.

        `wildcard`: whether a key for 0.0.0.0 is good from anywhere; None where the plugin for that decides.

        Raises: LegacyError.
        """
        key = await self.database.read(_find_key, self.header, client_ip(self.request), wildcard)
        self.request.state.principal = key
        caller_key.set(key.key)
        caller_credential.set(key.credential)
        operation.set(f"{self.request.method} {self.request.scope['path']}")
        target.set(self.request.scope["path"])
        await count(self.request, key, fingerprint(self.header.strip()) if self.header else None)
        if not key.permissions.intersection(permissions):
            raise LegacyError(denied.status, denied.message)
        return key

    async def body(self) -> bytes:
        return await read_body(self.request)

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

        await self.database.dry_run(unit)
        return results[-1]

    async def log(self, severity: Severity, title: str, *texts: str) -> None:
        """Write to osTicket's log, with the key. A server that changes nothing does not write there either."""
        if texts and not self.database.read_only:
            with suppress(SwitchedReadOnly):
                await self.database.write(_log, severity, title, texts, self.header)

    async def log_plain(self, severity: Severity, title: str, text: str) -> None:
        """Write to osTicket's log, without the key."""
        await self.database.write(log, severity, title, text)


def _find_key(tx: Read, header: str, ip: str, wildcard: bool | None) -> ApiKey:
    return find_key(tx, header, ip, wildcard=has_wildcard_keys(tx) if wildcard is None else wildcard)


def _log(tx: Write, severity: Severity, title: str, texts: tuple[str, ...], header: str) -> None:
    shown = f"\n[{_key_for_log(tx, header)}]\n" if header else ""
    for text in texts:
        log(tx, severity, title, text + shown)


def _key_for_log(tx: Read, header: str) -> str:
    """osTicket's keys as its log shows them, since its tables do too; of all others the beginning, to know them by."""
    return header if osticket_row(tx, header) is not None else header[:_SHOWN_OF_KEY] + "..."


Handler = Callable[[LegacyRequest], Awaitable[Response]]


@dataclass(frozen=True)
class Endpoint:
    """An address below `/api`, the methods it takes, and what it does."""

    address: str
    handler: Handler
    methods: Sequence[str] = ("POST",)
    rest: str | None = None
    """A pattern for what follows the address, if anything may."""
    expected: str = ""
    """The error text for a wrong path."""
    logs_errors: bool = False
    """Whether refusals are written to osTicket's system log."""

    async def __call__(self, request: Request) -> Response:
        client_ip_of_unit.set(client_ip(request))
        request_id_of_unit.set(request_id(request))
        entered = self._enter(request)
        try:
            return await self.handler(entered)
        except (LegacyError, ApiError) as error:
            if self.logs_errors and not isinstance(error, TooManyRequests | Unavailable):
                await entered.log("Warning", f"API Error ({error.status})", str(error))
            raise

    def _enter(self, request: Request) -> LegacyRequest:
        """Raises: LegacyError for a path or a method that the endpoint does not take."""
        match = re.fullmatch(self.rest or "", request.path_params.get("rest", ""))
        if match is None:
            raise LegacyError(400, f"Invalid URL format{self.expected}")
        if request.method not in self.methods:
            allowed = ", ".join(self.methods)
            raise LegacyError(405, f"Method Not Allowed. Use {allowed}", headers={"Allow": allowed})
        parts = match.groupdict()
        return LegacyRequest(request, parts.get("token"), "xml" if parts.get("format") == "xml" else "json")


class Endpoints:
    """The endpoints of one kind."""

    def __init__(self, *endpoints: Endpoint) -> None:
        self._endpoints = endpoints

    def install(self, app: Starlette, prefix: str = "") -> None:
        """Add a route for each method that an endpoint takes. What follows an address is refused its own way."""
        for endpoint in self._endpoints:
            path = prefix + endpoint.address + ("" if endpoint.rest is None else "{rest:path}")
            respond = _function(endpoint)
            for method in endpoint.methods:
                app.router.routes.append(Route(path, respond, methods=[method], name=f"{method} {endpoint.address}"))
            if endpoint.rest is not None:
                app.router.routes.append(Route(path, _AnyMethod(endpoint)))


def _function(endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    async def respond(request: Request) -> Response:
        return await endpoint(request)

    return respond


class _AnyMethod:
    """Refuses, as an application, which the router asks whatever the method is: methods that the endpoint takes have
    routes of their own before this one.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self._endpoint(Request(scope, receive))
        raise AssertionError("unreachable")
