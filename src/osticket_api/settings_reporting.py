"""Where traces and errors are reported to: `OTEL_...` by the names that OpenTelemetry gives them, and `SENTRY_DSN`."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from pydantic import SecretStr
from pydantic_settings import BaseSettings

from osticket_api.kit.web_addresses import is_web_address


class Reporting(BaseSettings):
    """Traces and error reports, which are off unless they are given an address."""

    otel_exporter_otlp_endpoint: str = ""
    otel_exporter_otlp_headers: SecretStr = SecretStr("")
    otel_service_name: str = "osticket-api"
    sentry_dsn: SecretStr = SecretStr("")

    def reporting_faults(self) -> Iterator[str]:
        """Find faults of the addresses, without showing them: a DSN is a key."""
        if self.otel_exporter_otlp_endpoint and not is_web_address(self.otel_exporter_otlp_endpoint):
            yield "OTEL_EXPORTER_OTLP_ENDPOINT is wrong: it must be an address such as http://127.0.0.1:4318"
        if self.sentry_dsn.get_secret_value() and not _is_dsn(self.sentry_dsn.get_secret_value()):
            yield "SENTRY_DSN is wrong: it must look like https://key@sentry.example.com/1"


def _is_dsn(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and bool(parts.username and parts.hostname) and parts.path.strip("/") != ""
