"""Errors as RFC 6749 has them, for the routes of OAuth."""

from typing import Final

from starlette.responses import Response

from osticket_api.errors import ApiError
from osticket_api.web.envelope import encode

PREFIX: Final = "/api/v2/oauth/"
CODES: Final = frozenset(
    {"invalid_client", "invalid_grant", "invalid_request", "invalid_scope", "unauthorized_client"}
    | {"unsupported_grant_type"}
)
_SERVER_FAULT: Final = 500
_LATER: Final = (429, 503)


def failure(error: ApiError) -> Response:
    """The response to a request that failed."""
    headers = {**error.headers, "Cache-Control": "no-store"}
    told = {"error": _code(error), "error_description": str(error)}
    return Response(encode(told), error.status, headers, "application/json")


def _code(error: ApiError) -> str:
    """The error by its name in RFC 6749; for those that it does not know, the nearest one."""
    code = error.faults[0].code if error.faults else error.code
    if code in CODES:
        return code
    if error.status in _LATER:
        return "temporarily_unavailable"
    return "server_error" if error.status >= _SERVER_FAULT else "invalid_request"
