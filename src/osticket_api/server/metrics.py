"""`/metrics`: what the server does and what waits in the help desk, in the form that Prometheus reads.

Several workers of one `osticket-api serve` count together: `PROMETHEUS_MULTIPROC_DIR` names the folder in which each
keeps its numbers, and any of them answers for all.
"""

import os
import time
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, multiprocess
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import REGISTRY
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from osticket_api.db.engine import Database
from osticket_api.errors import NotFound, Unavailable
from osticket_api.features.stream.api import Streams
from osticket_api.kit.suggestions import shortened
from osticket_api.server.help_desk_metrics import HelpDeskMetrics, read_help_desk
from osticket_api.web.admission import client_ip

MULTIPROCESS_DIR: Final = "PROMETHEUS_MULTIPROC_DIR"
_SIGN_IN: Final = "/api/v2/auth/login"
_UNMATCHED: Final = "unmatched"

REQUESTS: Final = Counter(
    "osticket_api_http_requests", "Requests that were answered.", ["method", "route", "status", "caller"]
)
SECONDS: Final = Histogram(
    "osticket_api_http_request_duration_seconds",
    "How long requests took, from their headers to the end of the answer.",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
IN_PROGRESS: Final = Gauge(
    "osticket_api_http_requests_in_progress", "Requests that are being answered.", multiprocess_mode="livesum"
)
STREAMS: Final = Gauge("osticket_api_open_streams", "Streams of events that are open.", multiprocess_mode="livesum")
LIMITED: Final = Counter("osticket_api_rate_limited_requests", "Requests that were refused as too many.", ["route"])
SIGN_IN_FAILURES: Final = Counter("osticket_api_sign_in_failures", "Sign-ins that were refused.", ["status"])
UNIT_SECONDS: Final = Histogram(
    "osticket_api_database_unit_duration_seconds",
    "How long units of work took in the database, the wait for a connection included.",
    ["kind"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
CONNECTIONS: Final = Gauge(
    "osticket_api_database_connections_in_use",
    "Connections that units of work hold.",
    ["pool"],
    multiprocess_mode="livesum",
)
CONNECTIONS_LIMIT: Final = Gauge(
    "osticket_api_database_connections_limit",
    "How many connections all workers may open.",
    ["pool"],
    multiprocess_mode="livesum",
)
REPLICA_READS: Final = Counter(
    "osticket_api_database_replica_reads",
    "Reads that the replica could answer: it did (in_use), or why the database answered (behind, away, unfit).",
    ["replica"],
)


class RequestMetrics:
    """Counts requests by the template of their route, so that no id and no text of a caller becomes a label."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = 500
        started = time.perf_counter()

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        IN_PROGRESS.inc()
        try:
            await self.app(scope, receive, sending)
        finally:
            IN_PROGRESS.dec()
            _note(scope, status, time.perf_counter() - started)


def _note(scope: Scope, status: int, seconds: float) -> None:
    route = getattr(scope.get("route"), "path", "") or _UNMATCHED
    method = scope["method"] if scope["method"] in _METHODS else "other"
    principal = scope["state"].get("principal")
    _counted(method, route, status, "unknown" if principal is None else principal.kind).inc()
    _timed(method, route).observe(seconds)
    if status == TOO_MANY:
        LIMITED.labels(route).inc()
    if route == _SIGN_IN and status in _REFUSED:
        SIGN_IN_FAILURES.labels(status).inc()


@lru_cache(maxsize=4096)
def _counted(method: str, route: str, status: int, caller: str) -> Counter:
    """Looking a counter up by its labels takes longer than counting."""
    return REQUESTS.labels(method, route, status, caller)


@lru_cache(maxsize=1024)
def _timed(method: str, route: str) -> Histogram:
    return SECONDS.labels(method, route)


TOO_MANY: Final = 429
_REFUSED: Final = (401, 403, TOO_MANY)
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def observe(database: Database, streams: Streams) -> None:
    """Measure the units of work of this database, and count the streams."""
    streams.observer = STREAMS.set
    for pool, limit in database.connections_limit.items():
        CONNECTIONS_LIMIT.labels(pool).set(limit)

    unit_seconds = {kind: UNIT_SECONDS.labels(kind) for kind in ("read", "write")}
    connections = {pool: CONNECTIONS.labels(pool) for pool in database.connections_limit}
    noted: dict[str, int] = {}

    def note(kind: str, seconds: float) -> None:
        unit_seconds[kind].observe(seconds)
        for pool, in_use in database.connections_in_use.items():
            if noted.get(pool) != in_use:
                noted[pool] = in_use
                connections[pool].set(in_use)

    database.observer = note
    if database.replica is not None:
        database.replica.observer = lambda standing: REPLICA_READS.labels(standing.value).inc()


def serve_metrics(app: Starlette) -> None:
    """Add the page that Prometheus reads, for the networks of METRICS_ALLOWED_NETWORKS."""
    app.router.routes.append(Route("/metrics", _metrics, methods=["GET"]))


async def _metrics(request: Request) -> Response:
    if not _is_allowed(request):
        raise NotFound.because(f"There is nothing at {shortened(request.scope['path'])}.")
    registry = _registry()
    target = request.app.state.settings.relay_target
    try:
        found = await request.app.state.database.read(read_help_desk, target and target.name)
    except Unavailable:
        found = None
    registry.register(HelpDeskMetrics(found))
    encode, content_type = choose_encoder(request.headers.get("accept", ""))
    return Response(encode(registry), media_type=content_type)


def _is_allowed(request: Request) -> bool:
    networks = request.app.state.settings.metrics_allowed_networks
    try:
        address = ip_address(client_ip(request))
    except ValueError:
        return False
    return any(address in ip_network(network, strict=False) for network in networks)


def _registry() -> CollectorRegistry:
    """The counts of this process, or of all workers together."""
    registry = CollectorRegistry()
    if MULTIPROCESS_DIR in os.environ:
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(REGISTRY)
    return registry
