"""The ASGI application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from osticket_api import __version__
from osticket_api.db.connect import open_database, prepare
from osticket_api.db.engine import Database
from osticket_api.legacy.addresses import OldAddresses
from osticket_api.server import logging
from osticket_api.server.docs import serve_docs
from osticket_api.server.errors import handle_errors
from osticket_api.server.middleware import BodyLimit, Crashes, RequestContext, TrustedProxies
from osticket_api.server.openapi import describe
from osticket_api.server.problems import serve_problems
from osticket_api.server.rate_limit import RateLimit
from osticket_api.server.registry import LEGACY, ROOT, V2
from osticket_api.settings import Settings

_EXPOSED = ["ETag", "Link", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-ID"]


def create_app(settings: Settings, database: Database | None = None) -> FastAPI:
    """The application for one help desk. `database` stands in for the one the settings name (tests)."""
    logging.set_up(settings.log_level)
    app = FastAPI(
        title="osticket-api",
        version=__version__,
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        debug=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.settings = settings
    app.state.database = database or open_database(settings)
    app.state.signing_key = settings.signing_key()
    for router in ROOT:
        router.install(app)
    for router in V2:
        router.install(app, "/api/v2")
    for doors in LEGACY:
        doors.install(app, "/api")
    serve_docs(app)
    serve_problems(app)
    describe(app)
    handle_errors(app)
    _add_middleware(app, settings)
    return app


def _add_middleware(app: FastAPI, settings: Settings) -> None:
    """The last one added is the outermost."""
    app.add_middleware(OldAddresses)
    limits = {"/api/v2/files": settings.max_upload_bytes}
    app.add_middleware(BodyLimit, limit_bytes=settings.max_body_bytes, exceptions=limits)
    if settings.rate_limit_enabled:
        app.add_middleware(RateLimit, requests=settings.rate_limit_requests, window_seconds=settings.rate_limit_window)
    app.add_middleware(Crashes)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.cors_origins),
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=_EXPOSED,
        )
    app.add_middleware(RequestContext)
    app.add_middleware(TrustedProxies, networks=settings.trusted_proxies)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.version = await prepare(app.state.database, app.state.settings)
    try:
        yield
    finally:
        await app.state.database.close()
