"""Traces of requests, of what they ask the database, and of jobs, for OpenTelemetry. Needs the extra `otel`.

A span is named by the template of its route, and a statement is shown without its values: no id, address, text or
credential leaves.
"""

import asyncio
from typing import Any, Final

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.re import parse_env_headers
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from osticket_api import __version__
from osticket_api.db.engine import Database
from osticket_api.kit.rounds import watch_rounds
from osticket_api.kit.sql_text import without_values
from osticket_api.server.https_only import PROBED
from osticket_api.server.job_traces import JobTraces
from osticket_api.settings import Settings

_SERVER_FAULT: Final = 500


class Tracing:
    """Makes spans, and sends them to the collector once it is started."""

    def __init__(self, settings: Settings) -> None:
        about = {"service.name": settings.otel_service_name, "service.version": __version__}
        self._settings = settings
        self._provider = TracerProvider(resource=Resource.create(about), shutdown_on_exit=False)
        self.tracer = self._provider.get_tracer("osticket_api", __version__)
        self.jobs = JobTraces(self.tracer)

    @property
    def middleware(self) -> "type[RequestTraces]":
        return RequestTraces

    def start(self, database: Database) -> None:
        """Send spans from now on, those of jobs and of the statements of this database too."""
        headers = parse_env_headers(self._settings.otel_exporter_otlp_headers.get_secret_value(), liberal=True)
        address = f"{self._settings.otel_exporter_otlp_endpoint.rstrip('/')}/v1/traces"
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(address, headers=headers)))
        system = {"db.system.name": database.url.get_backend_name()}

        def tell(statement: str, began: int, error: BaseException | None) -> None:
            if get_current_span().is_recording():  # Jobs would make traces of their own, without end.
                self._add_statement(statement, began, error, system)

        database.watch_statements(tell)
        watch_rounds(self.jobs.add)

    def _add_statement(self, statement: str, began: int, error: BaseException | None, system: dict[str, str]) -> None:
        text = without_values(statement)
        operation = text.partition(" ")[0].upper()
        about = {**system, "db.operation.name": operation, "db.query.text": text}
        span = self.tracer.start_span(operation, kind=SpanKind.CLIENT, attributes=about, start_time=began)
        if error is not None:
            span.set_attribute("error.type", type(error).__qualname__)
            span.set_status(Status(StatusCode.ERROR))
        span.end()

    async def close(self) -> None:
        """Send what is left."""
        watch_rounds(None)
        await asyncio.to_thread(self._provider.shutdown)


class RequestTraces:
    """One span for each request. It goes on with the trace that the caller names in `traceparent`."""

    def __init__(self, app: ASGIApp, tracing: Tracing) -> None:
        self.app = app
        self._tracer = tracing.tracer
        self._jobs = tracing.jobs
        self._callers = TraceContextTextMapPropagator()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in PROBED:
            await self.app(scope, receive, send)
            return
        status = 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        given = self._callers.extract(Headers(scope=scope))
        options: dict[str, Any] = {"record_exception": False, "set_status_on_exception": False}
        with self._tracer.start_as_current_span("request", context=given, kind=SpanKind.SERVER, **options) as span:
            self._jobs.remember(scope["state"]["request_id"], span.get_span_context())
            try:
                await self.app(scope, receive, sending)
            finally:
                _describe(span, scope, status)


def _describe(span: Span, scope: Scope, status: int) -> None:
    route = getattr(scope.get("route"), "path", "")
    principal = scope["state"].get("principal")
    span.update_name(f"{scope['method']} {route}".strip())
    span.set_attributes(
        {
            "http.request.method": scope["method"],
            "http.response.status_code": status,
            "url.scheme": scope["scheme"],
            "osticket_api.request_id": scope["state"]["request_id"],
            "osticket_api.caller": "unknown" if principal is None else principal.kind,
            **({"http.route": route} if route else {}),
        }
    )
    if status >= _SERVER_FAULT:
        span.set_status(Status(StatusCode.ERROR))
