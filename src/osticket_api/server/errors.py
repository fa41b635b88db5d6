"""Turn errors into responses, including those of the framework."""

import errno
from typing import Final

from sqlalchemy import exc
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from osticket_api.db import failures
from osticket_api.errors import (
    ApiError,
    BadRequest,
    Forbidden,
    Internal,
    MethodNotAllowed,
    NotFound,
    TooLarge,
    Unauthenticated,
    Unavailable,
)
from osticket_api.kit.suggestions import shortened
from osticket_api.legacy.answers import LegacyError, is_legacy, unknown_address
from osticket_api.server.failures import failure
from osticket_api.settings import ConfigurationError

_FULL: Final = (errno.ENOSPC, errno.EDQUOT)
_BY_STATUS: dict[int, type[ApiError]] = {
    error.status: error for error in (BadRequest, Unauthenticated, Forbidden, NotFound, MethodNotAllowed, TooLarge)
}


def handle_errors(app: Starlette) -> None:
    """Render every error in the envelope: our own, the framework's, and a lost database."""
    app.add_exception_handler(ApiError, _ours)
    app.add_exception_handler(LegacyError, _of_old_endpoint)
    app.add_exception_handler(HTTPException, _of_framework)
    app.add_exception_handler(exc.TimeoutError, _no_connection)
    app.add_exception_handler(ConfigurationError, _not_ours)
    app.add_exception_handler(OSError, _of_disk)


async def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    if isinstance(error, Unauthenticated):
        bad = ', error="invalid_token"' if error.faults[0].code.startswith("token_") else ""
        error.headers.setdefault("WWW-Authenticate", f'Bearer realm="osticket-api"{bad}')
    return failure(request, error)


async def _of_old_endpoint(request: Request, error: Exception) -> Response:
    assert isinstance(error, LegacyError)
    return failure(request, error)


async def _of_framework(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code in (404, 405) and is_legacy(request.scope):
        unknown = unknown_address(request)
        if unknown is not None:
            return failure(request, unknown)
    kind = _BY_STATUS.get(error.status_code, BadRequest if error.status_code < 500 else Internal)
    messages = {404: _nothing_at(request), 405: f"{request.method} is not possible at {_path(request)}."}
    ours = kind.because(messages.get(error.status_code, str(error.detail)))
    ours.headers.update(error.headers or {})
    if error.status_code == MethodNotAllowed.status:
        ours.headers["Allow"] = _possible_methods(request) or ours.headers["Allow"]
        if request.method == "OPTIONS" and not is_legacy(request.scope):
            return Response(status_code=204, headers=ours.headers)
    return failure(request, ours)


def _path(request: Request) -> str:
    return shortened(str(request.scope["path"]))


def _nothing_at(request: Request) -> str:
    return f"There is nothing at {_path(request)}."


def _possible_methods(request: Request) -> str:
    """The methods of all routes at this path. Starlette names those of the first route only."""
    matching = [route for route in request.app.routes if route.matches(request.scope)[0] is not Match.NONE]
    return ", ".join(sorted({method for route in matching for method in getattr(route, "methods", None) or ()}))


async def _not_ours(request: Request, error: Exception) -> Response:
    """Answer 503 when osTicket's schema was changed while the server ran."""
    return failure(request, Unavailable.because("The database schema has changed.", code="unknown_schema"))


async def _of_disk(request: Request, error: Exception) -> Response:
    """A full disk of our own, where uploads wait and large bodies go."""
    assert isinstance(error, OSError)
    if error.errno not in _FULL:
        raise error
    return failure(request, failures.full())


async def _no_connection(request: Request, error: Exception) -> Response:
    return failure(request, failures.busy())
