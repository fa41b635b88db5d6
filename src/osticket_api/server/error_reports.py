"""Errors, reported to Sentry: of what kind, and where in the code. Needs the extra `sentry`.

Nothing is collected by Sentry's own integrations. The texts of errors and the values of variables may hold what people
wrote, so they stay here; so do requests, users and addresses.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from sentry_sdk import Client
from sentry_sdk.utils import event_from_exception

from osticket_api import __version__
from osticket_api.settings import Settings

_TAGS: Final = ("event", "job", "library", "method", "request_id", "route")
"""The parts of a line of the log that a report has."""
_FLUSH_SECONDS: Final = 2


class ErrorReports:
    """Sends errors to the project that SENTRY_DSN names."""

    def __init__(self, settings: Settings) -> None:
        self._client = Client(
            dsn=settings.sentry_dsn.get_secret_value(),
            release=f"osticket-api@{__version__}",
            environment=settings.app_env.value,
            default_integrations=False,
            auto_enabling_integrations=False,
            auto_session_tracking=False,
            include_local_variables=False,
            max_request_body_size="never",
        )

    def __call__(self, line: Mapping[str, Any], error: BaseException) -> None:
        """Report the error that a line of the log is about."""
        found, _ = event_from_exception(error, client_options=self._client.options)
        self._client.capture_event(
            {
                "level": "error",
                "logger": str(line.get("library", "osticket_api")),
                "transaction": f"{line.get('method', '')} {line.get('route', '')}".strip() or str(line.get("job", "")),
                "tags": {name: str(line[name]) for name in _TAGS if name in line},
                "exception": {"values": [_without_text(each) for each in found["exception"]["values"]]},
            }
        )

    async def close(self) -> None:
        """Send what is left."""
        await asyncio.to_thread(self._client.close, _FLUSH_SECONDS)


def _without_text(value: Mapping[str, Any]) -> dict[str, Any]:
    """One error of a chain: its kind and the lines of code it passed."""
    kept = {name: value[name] for name in ("type", "module", "stacktrace") if value.get(name)}
    return {**kept, "value": ""}
