"""How errors become answers, the framework's own included."""

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy import exc
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from osticket_api.errors import (
    ApiError,
    BadRequest,
    Fault,
    Forbidden,
    Internal,
    Invalid,
    MethodNotAllowed,
    NotFound,
    TooLarge,
    Unauthenticated,
    Unavailable,
)
from osticket_api.server.failures import failure

_BY_STATUS: dict[int, type[ApiError]] = {
    error.status: error for error in (BadRequest, Unauthenticated, Forbidden, NotFound, MethodNotAllowed, TooLarge)
}


def handle_errors(app: FastAPI) -> None:
    """Render every error in the envelope: ours, the framework's, and the database's going away."""
    app.add_exception_handler(ApiError, _ours)
    app.add_exception_handler(HTTPException, _of_framework)
    app.add_exception_handler(RequestValidationError, _of_path)
    app.add_exception_handler(exc.TimeoutError, _no_connection)


async def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    if isinstance(error, Unauthenticated):
        error.headers.setdefault("WWW-Authenticate", 'Bearer realm="osticket-api"')
    return failure(request, error)


async def _of_framework(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kind = _BY_STATUS.get(error.status_code, BadRequest if error.status_code < 500 else Internal)
    messages = {
        404: f"There is nothing at {request.url.path}.",
        405: f"{request.method} is not possible at {request.url.path}.",
    }
    ours = kind.because(messages.get(error.status_code, str(error.detail)))
    ours.headers.update(error.headers or {})
    return failure(request, ours)


async def _of_path(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [Fault("invalid", str(each["msg"]), ".".join(map(str, each["loc"][1:]))) for each in error.errors()]
    return failure(request, Invalid(*faults))


async def _no_connection(request: Request, error: Exception) -> Response:
    return failure(request, Unavailable.because("The database is busy; try again.", code="database_busy"))
