"""The envelope of every JSON response, and errors as RFC 9457 problem details.

msgspec encodes the data once; the envelope is put around the encoded bytes.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from osticket_api.errors import ApiError, Fault

HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,253})|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
_encoder = msgspec.json.Encoder()

TITLES = {
    400: "Bad request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    408: "Request timeout",
    409: "Conflict",
    410: "Gone",
    412: "Precondition failed",
    413: "Too large",
    414: "Address too long",
    415: "Unsupported media type",
    416: "Range not satisfiable",
    422: "Invalid input",
    423: "Locked",
    429: "Too many requests",
    431: "Headers too large",
    500: "Internal error",
    501: "Not available",
    503: "Unavailable",
    507: "Storage full",
}


def encode(data: Any) -> bytes:
    """Encode data as JSON. Moments are RFC 3339 in UTC with `Z`."""
    return _encoder.encode(data)


def enveloped(data: bytes, meta: Mapping[str, Any]) -> bytes:
    """A successful response around encoded data."""
    return b'{"success":true,"data":' + data + b',"meta":' + encode(meta) + b',"errors":[]}'


def request_id(request: Request) -> str:
    return str(request.scope.get("state", {}).get("request_id", ""))


def own_address(request: Request) -> str:
    """The address of this server: APP_URL, else the host in the request."""
    configured: str = request.app.state.settings.app_url
    return configured or host_address(request)


def host_address(request: Request) -> str:
    """The address of this server as the request names it."""
    return f"{request.scope['scheme']}://{_host(request)}"


def _host(request: Request) -> str:
    """The host in the request, if it is a valid host name: links contain it."""
    named = request.headers.get("host", "")
    if HOST.fullmatch(named):
        return named
    name, port = request.scope.get("server") or ("localhost", None)
    return f"{name}:{port}" if port else str(name)


def failure(request: Request, error: ApiError) -> Response:
    """The response to a request that failed."""
    headers = {**error.headers, "Cache-Control": "no-store"}
    if "application/problem+json" in request.headers.get("accept", "").lower():
        body = encode(_problem(request, error))
        return Response(body, error.status, headers, "application/problem+json")
    return Response(refusal(error, request_id=request_id(request)), error.status, headers, "application/json")


def refusal(error: ApiError, **meta: Any) -> bytes:
    """An error in the envelope."""
    faults = [_fault(fault) for fault in error.faults]
    return encode({"success": False, "data": None, "meta": meta, "errors": faults})


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
