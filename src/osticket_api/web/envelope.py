"""The one shape of every JSON answer, and the same errors as RFC 9457 problem details.

The data of an answer is encoded once, by msgspec; the envelope is put around those bytes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from osticket_api.errors import ApiError, Fault

_encoder = msgspec.json.Encoder()

TITLES = {
    400: "Bad request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    412: "Precondition failed",
    413: "Too large",
    415: "Unsupported media type",
    416: "Range not satisfiable",
    422: "Invalid input",
    423: "Locked",
    429: "Too many requests",
    500: "Internal error",
    501: "Not available",
    503: "Unavailable",
}


def encode(data: Any) -> bytes:
    """Data as JSON bytes. Moments leave as RFC 3339 in UTC with `Z`."""
    return _encoder.encode(data)


def enveloped(data: bytes, meta: Mapping[str, Any]) -> bytes:
    """A success around data that is encoded already."""
    return b'{"success":true,"data":' + data + b',"meta":' + encode(meta) + b',"errors":[]}'


def request_id(request: Request) -> str:
    return str(request.scope.get("state", {}).get("request_id", ""))


def own_address(request: Request) -> str:
    """Where callers reach this server: as APP_URL says, else as this caller does."""
    configured: str = request.app.state.settings.app_url
    return configured or f"{request.scope['scheme']}://{request.headers.get('host') or request.url.netloc}"


def failure(request: Request, error: ApiError) -> Response:
    """The answer to a request that went wrong."""
    headers = {**error.headers, "Cache-Control": "no-store"}
    if "application/problem+json" in request.headers.get("accept", "").lower():
        body = encode(_problem(request, error))
        return Response(body, error.status, headers, "application/problem+json")
    body = encode(
        {
            "success": False,
            "data": None,
            "meta": {"request_id": request_id(request)},
            "errors": [_fault(fault) for fault in error.faults],
        }
    )
    return Response(body, error.status, headers, "application/json")


def _fault(fault: Fault) -> dict[str, Any]:
    optional = {"field": fault.field, "detail": fault.detail}
    present = {name: value for name, value in optional.items() if value is not None}
    return {"code": fault.code, "message": fault.message, **present}


def _problem(request: Request, error: ApiError) -> dict[str, Any]:
    faults: Sequence[Fault] = error.faults
    return {
        "type": f"{own_address(request)}/problems/{error.code}",
        "title": TITLES.get(error.status, "Error"),
        "status": error.status,
        "detail": "; ".join(fault.message for fault in faults),
        "instance": f"urn:request:{request_id(request)}",
        "code": faults[0].code if faults else error.code,
        "errors": [_fault(fault) for fault in faults],
        "request_id": request_id(request),
    }
