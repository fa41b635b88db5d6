"""`osticket-api serve` and `osticket-api demo`: run the server."""

import asyncio
import gc
import socket

import uvicorn
from rich.console import Console

from osticket_api.db.connect import open_database
from osticket_api.db.fresh import DEMO_PASSWORD, NewDesk, add_demo, create, is_empty
from osticket_api.server.app import create_app
from osticket_api.settings import ConfigurationError, Environment, Settings, load

_console = Console(highlight=False, soft_wrap=True)


def serve() -> None:
    """Serve the help desk that the settings name."""
    _run(load())


def demo() -> None:
    """Serve the embedded help desk with sample data, which is made at the first start. Development only."""
    settings = load(app_env=Environment.development, db_connection="sqlite", db_database="")
    if not settings.is_loopback:
        raise ConfigurationError(
            f"HOST is wrong: the sample help desk has known passwords and serves loopback addresses only, "
            f"not {settings.host}; use `osticket-api serve` for a real one"
        )
    settings.sqlite_path.parent.mkdir(parents=True, exist_ok=True)
    asyncio.run(_make_sample(settings))
    for username in ("dora", "alice"):
        _console.print(f"login: {username} {DEMO_PASSWORD}")
    _run(settings)


async def _make_sample(settings: Settings) -> None:
    database = open_database(settings)
    try:
        if await database.read(is_empty):
            await create(database, NewDesk())
            await add_demo(database)
    finally:
        await database.close()


def _run(settings: Settings) -> None:
    app = create_app(settings)
    listener = _listen(settings)
    host, port = listener.getsockname()[:2]
    _console.print(f"listening on http://{f'[{host}]' if ':' in host else host}:{port}")
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=False,
        timeout_graceful_shutdown=10,
    )
    gc.collect()
    gc.freeze()  # What is here now stays: the collector need not walk through it again and again.
    uvicorn.Server(config).run(sockets=[listener])


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
