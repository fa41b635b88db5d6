"""Bodies as the plugin reads them: JSON objects, and forms with POST. Source: legacy-endpoints.md 3.2 and 9.3."""

from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from osticket_api.errors import ApiError
from osticket_api.legacy.answers import LegacyError
from osticket_api.web.input import beside_loop, read_body
from osticket_api.web.json_body import check_texts, parse_json

_MAX_FIELDS = 200
_MAX_BYTES = 4 * 1024 * 1024


async def read_fields(request: Request) -> dict[str, Any]:
    """The fields of a body. Raises: LegacyError when there are none, or the body is not what it says it is."""
    raw = await read_body(request, _MAX_BYTES)
    content_type = request.headers.get("content-type", "").lower()
    if "application/json" in content_type:
        return await beside_loop(len(raw), _json, raw)
    fields = (
        await beside_loop(len(raw), _form, raw)
        if request.method == "POST" and "form-urlencoded" in content_type
        else {}
    )
    if not fields:
        raise LegacyError(400, "No data provided")
    return fields


def _json(raw: bytes) -> dict[str, Any]:
    try:
        value = parse_json(raw)
    except ApiError:
        raise LegacyError(400, "Invalid JSON: Syntax error") from None
    if not value:
        raise LegacyError(400, "No data provided in JSON body")
    if not isinstance(value, dict):
        raise LegacyError(400, "Invalid JSON: an object is expected")
    return value


def _form(raw: bytes) -> dict[str, Any]:
    try:
        fields = dict(parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=_MAX_FIELDS, errors="strict"))
        for name, value in fields.items():
            check_texts(name)
            check_texts(value)
    except (ValueError, ApiError):
        raise LegacyError(400, "Invalid form data") from None
    return fields
