"""The ASGI application."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware

from osticket_api.access.signing import SigningKeys
from osticket_api.audit.entries import watch
from osticket_api.db.connect import open_database, prepare
from osticket_api.db.engine import Database
from osticket_api.events.hub import Hub
from osticket_api.events.nudge import Nudge
from osticket_api.features.outgoing_mails.api import hide_recipients
from osticket_api.features.single_sign_on.api import Providers
from osticket_api.features.stream.api import Streams
from osticket_api.jobs.job import Job
from osticket_api.legacy.addresses import OldAddresses
from osticket_api.mail.making import note_mails
from osticket_api.server import logging
from osticket_api.server.captured_mails import serve_captured_mails
from osticket_api.server.credential_uses import CredentialUses
from osticket_api.server.descriptions import describe_events, describe_requests
from osticket_api.server.docs import serve_docs
from osticket_api.server.errors import handle_errors
from osticket_api.server.frontends import serve_frontends
from osticket_api.server.https_only import HttpsOnly
from osticket_api.server.index import serve_index
from osticket_api.server.jobs import jobs_for, nudges_for, nudging, running, trace_writes
from osticket_api.server.mailed_links import serve_mailed_links
from osticket_api.server.metrics import RequestMetrics, observe, serve_metrics
from osticket_api.server.middleware import Crashes, RequestContext, TrustedProxies
from osticket_api.server.problems import serve_problems
from osticket_api.server.rate_limit import RateLimit
from osticket_api.server.registry import LEGACY, ROOT, routers_of
from osticket_api.server.reporting import error_reports_of, tracing_of
from osticket_api.server.request_body import RequestBody
from osticket_api.settings import Settings
from osticket_api.web.dispatch import Dispatcher
from osticket_api.web.precedence import give_way_to_literal_paths
from osticket_api.web.rates import Rates

_EXPOSED = [
    "Accept-Ranges",
    "Allow",
    "Content-Disposition",
    "Content-Range",
    "ETag",
    "Idempotency-Replayed",
    "Link",
    "Location",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "WWW-Authenticate",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "X-Request-ID",
]
"""The response headers that CORS exposes to pages of other origins."""


def create_app(settings: Settings, database: Database | None = None, *, runs_jobs: bool = False) -> Starlette:
    """Build the application for one help desk. Tests pass a `database`; otherwise the settings name it.

    `runs_jobs`: whether this process runs the background jobs too.
    """
    logging.set_up(settings.log_level)
    app = Starlette()
    app.router = Dispatcher(lifespan=_lifespan, redirect_slashes=False)
    app.state.settings = settings
    app.state.runs_jobs = runs_jobs
    app.state.is_draining = False
    app.state.tracing = tracing_of(settings)
    app.state.error_reports = error_reports_of(settings)
    logging.report_errors_to(app.state.error_reports)
    app.state.database = database or open_database(settings, is_hurried=True)
    app.state.signing_keys = SigningKeys(settings.signing_keys())
    app.state.providers = Providers(settings)
    app.state.rates = Rates(settings) if settings.rate_limit_enabled else None
    for router in ROOT:
        router.install(app)
    for router in routers_of(settings.features):
        router.install(app, "/api/v2")
    give_way_to_literal_paths(app)
    for endpoints in LEGACY if settings.features_legacy else ():
        endpoints.install(app, "/api")
    if settings.features_docs:
        serve_docs(app)
        describe_requests(app)
    if settings.features_docs and settings.features_events:
        describe_events(app)
    serve_frontends(app, settings)
    serve_mailed_links(app, settings)
    serve_index(app)
    serve_problems(app)
    if settings.captures_mail:
        serve_captured_mails(app)
    if settings.features_metrics:
        serve_metrics(app)
    handle_errors(app)
    _add_middleware(app, settings)
    return app


def _add_middleware(app: Starlette, settings: Settings) -> None:
    """The last middleware added is the outermost."""
    app.add_middleware(OldAddresses)
    app.add_middleware(
        RequestBody,
        limit_bytes=settings.max_body_bytes,
        exceptions={"/api/v2/files": settings.max_upload_bytes},
        seconds=settings.body_timeout,
    )
    app.add_middleware(CredentialUses)
    if app.state.rates is not None:
        app.add_middleware(RateLimit, rates=app.state.rates)
    app.add_middleware(Crashes)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.cors_origins),
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=_EXPOSED,
        )
    if settings.force_https:
        app.add_middleware(HttpsOnly, hsts_seconds=settings.hsts_seconds)
    app.add_middleware(RequestMetrics)
    if app.state.tracing is not None:
        app.add_middleware(app.state.tracing.middleware, tracing=app.state.tracing)
    app.add_middleware(RequestContext)
    if settings.trusted_proxies:
        app.add_middleware(TrustedProxies, networks=settings.trusted_proxies)


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    app.state.version = await prepare(app.state.database, app.state.settings)
    nudges = nudges_for(app.state.settings) if app.state.database.has_own_tables else None
    app.state.hub = Hub(app.state.database, lambda: nudges is not None and nudges.is_connected)
    app.state.streams = Streams(app.state.hub)
    observe(app.state.database, app.state.streams)
    if app.state.tracing is not None:
        app.state.tracing.start(app.state.database)
    app.state.database.before_effects += (note_mails, hide_recipients)
    jobs: Sequence[Job] = ()
    if app.state.database.has_own_tables:
        app.state.database.heeds_switch = True
        if app.state.settings.features_events:
            trace_writes(app.state.database)
        watch(app.state.database)
        if app.state.runs_jobs:
            jobs = jobs_for(app.state.database, app.state.settings, app.state.hub.nudge, nudges)
    if nudges is not None:
        nudges.on(Nudge.changed, app.state.hub.nudge)
        nudges.on(Nudge.grown, app.state.hub.nudge)
        jobs = [*jobs, nudging(app.state.database, nudges)]
    try:
        async with running(jobs):
            yield
    finally:
        await app.state.hub.close()
        if app.state.rates is not None:
            await app.state.rates.close()
        await app.state.database.close()
        if app.state.tracing is not None:
            await app.state.tracing.close()
        if app.state.error_reports is not None:
            await app.state.error_reports.close()
