"""How errors become answers, the framework's own included."""

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy import exc
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

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
from osticket_api.kit.nearest import shortened
from osticket_api.legacy.answers import is_legacy
from osticket_api.server.failures import failure
from osticket_api.settings import ConfigurationError

_BY_STATUS: dict[int, type[ApiError]] = {
    error.status: error for error in (BadRequest, Unauthenticated, Forbidden, NotFound, MethodNotAllowed, TooLarge)
}


def handle_errors(app: FastAPI) -> None:
    """Render every error in the envelope: ours, the framework's, and the database's going away."""
    app.add_exception_handler(ApiError, _ours)
    app.add_exception_handler(HTTPException, _of_framework)
    app.add_exception_handler(RequestValidationError, _of_path)
    app.add_exception_handler(exc.TimeoutError, _no_connection)
    app.add_exception_handler(ConfigurationError, _not_ours)


async def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    if isinstance(error, Unauthenticated):
        bad = ', error="invalid_token"' if error.faults[0].code.startswith("token_") else ""
        error.headers.setdefault("WWW-Authenticate", f'Bearer realm="osticket-api"{bad}')
    return failure(request, error)


async def _of_framework(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kind = _BY_STATUS.get(error.status_code, BadRequest if error.status_code < 500 else Internal)
    messages = {404: _nothing_at(request), 405: f"{request.method} is not possible at {_path(request)}."}
    ours = kind.because(messages.get(error.status_code, str(error.detail)))
    ours.headers.update(error.headers or {})
    if error.status_code == MethodNotAllowed.status:
        ours.headers["Allow"] = _possible_methods(request) or ours.headers["Allow"]
        if request.method == "OPTIONS" and not is_legacy(request.scope["path"]):
            return Response(status_code=204, headers=ours.headers)
    return failure(request, ours)


def _path(request: Request) -> str:
    return shortened(str(request.scope["path"]))


def _nothing_at(request: Request) -> str:
    return f"There is nothing at {_path(request)}."


def _possible_methods(request: Request) -> str:
    """What any route takes at this path. The framework names those of the first one only."""
    matching = [route for route in request.app.routes if route.matches(request.scope)[0] is not Match.NONE]
    return ", ".join(sorted({method for route in matching for method in getattr(route, "methods", None) or ()}))


async def _of_path(request: Request, error: Exception) -> Response:
    """A part of the path that cannot be what it stands for, such as an id, names nothing."""
    return failure(request, NotFound.because(_nothing_at(request)))


async def _not_ours(request: Request, error: Exception) -> Response:
    """Somebody has changed osTicket's schema under us."""
    return failure(request, Unavailable.because("The database is not as this server knows it.", code="unknown_schema"))


async def _no_connection(request: Request, error: Exception) -> Response:
    return failure(request, Unavailable.because("The database is busy; try again.", code="database_busy"))
