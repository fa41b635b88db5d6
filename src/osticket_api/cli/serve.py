"""`osticket-api serve` and `osticket-api demo`: run the server."""

import asyncio
import gc
import os
import signal
import socket
import time
from functools import partial
from typing import Annotated, Any, Final

import typer
import uvicorn
from rich.console import Console
from starlette.applications import Starlette

from osticket_api.cli.connection import DatabaseUnreachable, opened
from osticket_api.cli.supervisor import DRAIN_SIGNAL, Supervisor
from osticket_api.db.connect import prepare
from osticket_api.db.engine import Database
from osticket_api.db.failures import sentence_about_engines
from osticket_api.embedded import DEMO_PASSWORD, NewDesk, add_demo, create, is_empty
from osticket_api.events.binlog.source import require_source
from osticket_api.kit.open_files import allow_open_files
from osticket_api.mail.accounts import can_send
from osticket_api.mail.sentence import sentence_about_mail
from osticket_api.server.app import create_app
from osticket_api.server.http_protocol import BoundedProtocol, Limits
from osticket_api.settings import ConfigurationError, Environment, Settings, load, make_data_folder, unread_names
from osticket_api.settings_environment import sentence_about_unread

_console = Console(highlight=False, markup=False, soft_wrap=True)
_errors = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
_EMBEDDED: Final[dict[str, Any]] = {"db_connection": "sqlite", "db_database": ""}
_SECONDS_BETWEEN: Final = 0.5
_TICK_SECONDS: Final = 0.1
_FINISH_SECONDS: Final = 25
"""How long requests may take that are under way at a stop: less than the supervisor, systemd and Kubernetes wait."""


def serve(
    wait: Annotated[int, typer.Option(min=0, help="Wait so many seconds for the database to answer.")] = 0,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Serve with so many processes.")] = 1,
    descriptor: Annotated[int | None, typer.Option(hidden=True)] = None,
    ready_descriptor: Annotated[int | None, typer.Option(hidden=True)] = None,
) -> None:
    """Serve the help desk that the settings name.

    With several workers HUP replaces them one and all without losing a request, and TERM lets them finish, after
    DRAIN_SECONDS.
    """
    settings = load()
    app = create_app(settings, runs_jobs=settings.jobs)
    if descriptor is not None:
        signal.signal(DRAIN_SIGNAL, lambda *_: setattr(app.state, "is_draining", True))
        _run(settings, app, socket.socket(fileno=descriptor), ready=ready_descriptor)
        return
    can_send = asyncio.run(_check(settings, wait))
    listener = _listen(settings)
    _console.print(f"mail: {sentence_about_mail(settings, can_send=can_send, address=_address(listener))}")
    if not settings.jobs:
        _console.print("jobs: none here, since JOBS is off; `osticket-api worker` runs them")
    _console.print(f"listening on {_address(listener)}")
    if workers == 1:
        _run(settings, app, listener)
        return
    listener.set_inheritable(True)
    with listener:
        Supervisor(listener, workers, settings.drain_seconds).run()


def demo() -> None:
    """Serve the embedded help desk with sample data, which is made at the first start. Development only."""
    if load().app_env is Environment.production:
        raise ConfigurationError("APP_ENV is production: the sample help desk has known passwords; use development")
    settings = load(app_env=Environment.development, **_EMBEDDED)
    if not settings.is_loopback:
        raise ConfigurationError(
            f"HOST is wrong: the sample help desk has known passwords and serves loopback addresses only, "
            f"not {settings.host}; use `osticket-api serve` for a real one"
        )
    make_data_folder(settings.sqlite_path.parent)
    asyncio.run(_make_sample(settings))
    app = create_app(settings, runs_jobs=True)
    can_send = asyncio.run(_check(settings))
    listener = _listen(settings)
    _greet(settings, _address(listener))
    _console.print(f"mail: {sentence_about_mail(settings, can_send=can_send, address=_address(listener))}")
    _console.print(f"listening on {_address(listener)}")
    _run(settings, app, listener)


async def _make_sample(settings: Settings) -> None:
    async with opened(settings, makes_file=True) as database:
        if await database.read(is_empty):
            address = settings.app_url or f"http://127.0.0.1:{settings.port or 8080}"
            await create(database, NewDesk(url=f"{address.rstrip('/')}/"))  # Links in mails begin with this URL.
            await add_demo(database)


async def _check(settings: Settings, wait_seconds: int = 0) -> bool:
    """Prepare the database once before anything says that we listen. Returns whether any address can send mail.

    Raises: ConfigurationError when it cannot be served, or does not answer in time.
    """
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            async with opened(settings) as database:
                await prepare(database, settings)
                await require_source(settings)
                _warn(database)
                return await database.read(can_send, settings)
        except DatabaseUnreachable:
            if time.monotonic() >= deadline:
                raise
        await asyncio.sleep(_SECONDS_BETWEEN)


def _warn(database: Database) -> None:
    if names := unread_names():
        _errors.print(f"warning: {sentence_about_unread(names)}")
    if database.tables_without_transactions:
        _errors.print(f"warning: {sentence_about_engines(database.tables_without_transactions)}")


def _greet(settings: Settings, address: str) -> None:
    """Who can sign in, and where everything is."""
    for username, who in (("dora", "administrator"), ("alice", "agent"), ("uma", "user")):
        _console.print(f"login: {username} {DEMO_PASSWORD} ({who})")
    _console.print(f"API: {address}/api/v2")
    if settings.features_docs:
        _console.print(f"try it in a browser: {address}/docs")
    if settings.features_console:
        _console.print(f"console for agents: {address}/console")
    if settings.features_portal:
        _console.print(f"portal for users: {address}/portal")


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


class _Server(uvicorn.Server):
    """Tells the supervisor when it serves, and ends open streams when it stops: they would never end by themselves."""

    ready: int | None = None
    app: Starlette
    drain_seconds = 0

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.ready is not None and self.started:
            os.write(self.ready, b"1")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._captured_signals == [signal.SIGTERM]:
            await self._drain()
        self.app.state.hub.end()
        await super().shutdown(sockets)

    async def _drain(self) -> None:
        """Go on answering for a while, not ready any more. A second signal ends it."""
        self.app.state.is_draining = True
        end = time.monotonic() + self.drain_seconds
        while time.monotonic() < end and len(self._captured_signals) == 1:
            await self.on_tick(0)  # Keeps the Date header of responses up to date.
            await asyncio.sleep(_TICK_SECONDS)


def _run(settings: Settings, app: Starlette, listener: socket.socket, *, ready: int | None = None) -> None:
    allow_open_files()
    database: Database = app.state.database
    database.share_changes()
    if app.state.rates is not None:
        app.state.rates.share(database.shared_file("rates"))
    config = uvicorn.Config(
        app,
        http=partial(BoundedProtocol, Limits(settings.max_header_bytes, settings.header_timeout)),  # type: ignore[arg-type]
        timeout_keep_alive=settings.keep_alive_timeout,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=False,
        timeout_graceful_shutdown=_FINISH_SECONDS,
    )
    _collect_garbage_seldom()
    server = _Server(config)
    server.ready, server.app = ready, app
    if ready is None:  # A worker is drained by its supervisor.
        server.drain_seconds = settings.drain_seconds
    server.run(sockets=[listener])


def _collect_garbage_seldom() -> None:
    """Exempt what was loaded at start from garbage collection: it lives as long as the process.

    A full collection stops everything for a tenth of a second. By Python's own thresholds there is one every ten
    seconds under load, which finds next to nothing: the cycles that requests leave are found while they are young.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 10, 20)


def _listen(settings: Settings) -> socket.socket:
    """The socket to serve on, bound before anything says that we listen.

    Raises: ConfigurationError when the address cannot be had.
    """
    try:
        return socket.create_server(
            (settings.host, settings.port),
            family=socket.AF_INET6 if ":" in settings.host else socket.AF_INET,
            backlog=2048,
        )
    except OSError as error:
        raise ConfigurationError(f"HOST or PORT is wrong: {settings.host}:{settings.port}: {error.strerror}") from None
