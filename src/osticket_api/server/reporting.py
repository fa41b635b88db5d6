"""Traces and reports of errors, where the settings name who takes them. What they need is optional."""

from typing import TYPE_CHECKING

from osticket_api.settings import ConfigurationError, Settings

if TYPE_CHECKING:
    from osticket_api.server.error_reports import ErrorReports
    from osticket_api.server.tracing import Tracing


def tracing_of(settings: Settings) -> "Tracing | None":
    """The tracing that the settings ask for. Raises: ConfigurationError where OpenTelemetry is not installed."""
    if not settings.otel_exporter_otlp_endpoint:
        return None
    try:
        from osticket_api.server.tracing import Tracing
    except ImportError:
        raise ConfigurationError(
            "OTEL_EXPORTER_OTLP_ENDPOINT needs OpenTelemetry: pip install 'osticket-api[otel]', or take it out"
        ) from None
    return Tracing(settings)


def error_reports_of(settings: Settings) -> "ErrorReports | None":
    """The error reports that the settings ask for. Raises: ConfigurationError where Sentry's SDK is not installed."""
    if not settings.sentry_dsn.get_secret_value():
        return None
    try:
        from osticket_api.server.error_reports import ErrorReports
    except ImportError:
        raise ConfigurationError(
            "SENTRY_DSN needs Sentry's SDK: pip install 'osticket-api[sentry]', or take it out"
        ) from None
    return ErrorReports(settings)
