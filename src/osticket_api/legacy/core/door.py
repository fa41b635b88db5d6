"""One visit at a door of osTicket's own API: key first, then the body; refusals in bare text, and in its log.

Source: legacy-api.md 2 to 4 and 14.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from fastapi import FastAPI
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from osticket_api.access.permissions import KeyPermission
from osticket_api.access.principal import ApiKey
from osticket_api.db import tables as t
from osticket_api.db.engine import Database, Read, Write
from osticket_api.db.engine import client_ip as client_ip_of_unit
from osticket_api.errors import ApiError, Unavailable
from osticket_api.events.system_log import Severity, log
from osticket_api.legacy import answers
from osticket_api.legacy.answers import Refused
from osticket_api.legacy.keys import find_key, require
from osticket_api.settings import Settings
from osticket_api.web.call import client_ip
from osticket_api.web.input import read_body

_SHOWN_OF_KEY: Final = 8


class Visit:
    """A request at a door."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.database: Database = request.app.state.database
        self.settings: Settings = request.app.state.settings
        self.header = request.headers.get("x-api-key")

    async def admit(self, permission: KeyPermission, *, wildcard: bool = False) -> ApiKey:
        """The key, if it may do this. Raises: Refused."""
        ip = client_ip(self.request)
        key = await self.database.read(partial(find_key, wildcard=wildcard), self.header, ip)
        require(key, permission)
        self.request.state.principal = key
        return key

    async def body(self) -> bytes:
        return await read_body(self.request)

    async def log(self, severity: Severity, title: str, *texts: str) -> None:
        """Write to osTicket's log, with the key. A server that changes nothing does not write there either."""
        if texts and not self.database.read_only:
            await self.database.write(_log, severity, title, texts, self.header)

    async def log_plain(self, severity: Severity, title: str, text: str) -> None:
        """Write to osTicket's log, without the key."""
        await self.database.write(log, severity, title, text)


def _log(tx: Write, severity: Severity, title: str, texts: tuple[str, ...], header: str | None) -> None:
    shown = f"\n[{_shown_key(tx, header)}]\n" if header else ""
    for text in texts:
        log(tx, severity, title, text + shown)


def _shown_key(tx: Read, header: str) -> str:
    """osTicket's keys as its log shows them, since its tables do too; of all others the beginning, to know them by."""
    is_osticket = tx.scalar(select(t.api_key.c.id).where(t.api_key.c.apikey == header)) is not None
    return header if is_osticket else header[:_SHOWN_OF_KEY] + "..."


Handler = Callable[[Visit], Awaitable[Response]]


class Doors:
    """The addresses of osTicket's API, each for POST alone."""

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}

    def post(self, path: str) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            self._handlers[path] = handler
            return handler

        return register

    def install(self, app: FastAPI, prefix: str = "") -> None:
        for path, handler in self._handlers.items():
            app.add_api_route(
                prefix + path,
                _endpoint(handler),
                methods=["POST"],
                name=f"POST {path}",
                include_in_schema=False,
                response_model=None,
            )


def _endpoint(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        client_ip_of_unit.set(client_ip(request))
        visit = Visit(request)
        try:
            return await handler(visit)
        except Refused as refused:
            await visit.log("Warning", f"API Error ({refused.status})", refused.text)
            return answers.text(refused.status, refused.text)
        except Unavailable as error:
            return answers.text(error.status, str(error))
        except ApiError as error:
            await visit.log("Warning", f"API Error ({error.status})", str(error))
            return answers.text(error.status, str(error))

    return endpoint
