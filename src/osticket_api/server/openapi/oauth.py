"""Requests and responses of the OAuth routes, which other standards prescribe."""

from collections.abc import Mapping
from typing import Any, Final

from osticket_api.server.openapi.shared import Schema, headers, reference
from osticket_api.server.problems import MEANINGS

STATUSES: Final = (400, 401, 403, 408, 413, 415, 429, 500, 501, 503)
SCHEMA: Final[Schema] = {
    "type": "object",
    "description": "An error in the form of RFC 6749.",
    "required": ["error", "error_description"],
    "properties": {
        "error": {
            "type": "string",
            "description": "The code of the error in RFC 6749.",
            "examples": ["invalid_client"],
        },
        "error_description": {"type": "string", "description": "What is wrong, as a sentence."},
    },
}


def refusals() -> dict[int, Schema]:
    """The response for each error status."""
    return {status: _refusal(status) for status in STATUSES}


def _refusal(status: int) -> Schema:
    named = {401: ["WWW-Authenticate"], 429: ["Retry-After"], 503: ["Retry-After"]}.get(status, [])
    code = "invalid_client" if status == 401 else "invalid_request"
    example = {"error": code, "error_description": MEANINGS[status].replace("`", "")}
    content = {"application/json": {"schema": reference("schemas", "OAuthError"), "example": example}}
    return {"description": MEANINGS[status], "headers": headers(*named), "content": content}


def _form(required: list[str], **properties: tuple[str, str]) -> dict[str, Any]:
    """A body of a client: each field with its description and an example."""
    told = {
        **properties,
        "client_id": ("The id of the API key, where it is not sent by HTTP Basic.", "7"),
        "client_secret": ("The API key itself, where it is not sent by HTTP Basic.", "osk_..."),
    }
    return _fields(required, told)


def _fields(required: list[str], told: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    fields = {
        name: {"type": "string", "description": meaning, "examples": [example]}
        for name, (meaning, example) in told.items()
    }
    schema = {"type": "object", "required": required, "properties": fields}
    return {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": schema}}}


LOGOUT: Final = _fields(["logout_token"], {"logout_token": ("The signed logout token.", "eyJhbGciOiJSUzI1NiJ9.e30.a")})
BODIES: Final = {
    "create_client_token": _form(
        ["grant_type"],
        grant_type=("`client_credentials`.", "client_credentials"),
        scope=("Permissions, separated by spaces; without them, all that the key has.", "tickets.read"),
    ),
    "verify_token": _form(["token"], token=("The access token to check.", "eyJhbGciOiJIUzI1NiJ9.e30.a")),
}
