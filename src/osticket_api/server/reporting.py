"""Traces and reports of errors, where the settings name who takes them. What they need is optional."""

from typing import TYPE_CHECKING

from osticket_api.settings import ConfigurationError, Settings

if TYPE_CHECKING:
    from osticket_api.server.tracing import Tracing


def tracing_of(settings: Settings) -> "Tracing | None":
    """What makes traces. Raises: ConfigurationError where OpenTelemetry is not installed."""
    if not settings.otel_exporter_otlp_endpoint:
        return None
    try:
        from osticket_api.server.tracing import Tracing
    except ImportError:
        raise ConfigurationError(
            "OTEL_EXPORTER_OTLP_ENDPOINT needs OpenTelemetry: pip install 'osticket-api[otel]', or take it out"
        ) from None
    return Tracing(settings)
