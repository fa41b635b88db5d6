"""Logs: one JSON line for each event. Without secrets, bodies, and values from error messages."""

import logging
import sys
from collections.abc import Callable, Mapping, MutableMapping
from contextlib import suppress
from typing import Any, Final

import structlog

from osticket_api.kit.traces import trace_of

Reporter = Callable[[Mapping[str, Any], BaseException], object]
"""Takes a line of the log and the error that it is about."""

_reporters: Final[list[Reporter]] = []


def report_errors_to(reporter: Reporter | None) -> None:
    """Tell this one, and nobody else, of each error that is logged."""
    _reporters[:] = [] if reporter is None else [reporter]


def set_up(level: str) -> None:
    """Write log lines of this level and above to standard error, those of libraries from warnings on."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _tell_where,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(file=_StandardError()),  # type: ignore[arg-type]
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    root.handlers = [each for each in root.handlers if not isinstance(each, _OfLibraries)] + [_OfLibraries()]


class _StandardError:
    """Look up standard error for each line: a cached logger must not hold a stream that was closed."""

    def write(self, text: str) -> None:
        sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def _tell_where(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace the text of an error by the place in the code where it was raised."""
    given = event.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given else None
    if error is None:
        return event
    for report in _reporters if event.get("level") in ("error", "critical") else ():
        with suppress(Exception):  # A fault of a reporter must not stop the log.
            report(event, error)
    return {**event, "trace": trace_of(error)}


class _OfLibraries(logging.Handler):
    """Forwards the log lines of libraries without the values in their messages."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.addFilter(_is_news)

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        event = str(record.msg).partition("\n")[0]
        structlog.get_logger(record.name).log(record.levelno, event, library=record.name, exc_info=error)


def _is_news(record: logging.LogRecord) -> bool:
    """MySQL says of each column as osTicket has it that such columns are going out of use. Nobody can change that."""
    return not (record.name == "asyncmy" and "is deprecated" in str(record.msg))
