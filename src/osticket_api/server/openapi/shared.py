"""What operations share: headers, refusals, the envelope."""

from typing import Any, Final

from osticket_api.server.problems import MEANINGS
from osticket_api.web.envelope import TITLES
from osticket_api.web.input import Rehearsal, without_null

Schema = dict[str, Any]

_REQUEST_ID: Final = "7d0f0b0fba0c4f5f9a55c5e9b3c6f3a1"


def reference(kind: str, name: str) -> Schema:
    return {"$ref": f"#/components/{kind}/{name}"}


def query_parameter(name: str, property: Schema, *, required: bool) -> Schema:
    """A parameter as the JSON schema of its field describes it."""
    described = property.pop("description", None) or name.replace("_", " ").capitalize() + "."
    examples = property.pop("examples", None)
    parameter = {"name": name, "in": "query", "required": required, "description": described, "schema": _bare(property)}
    return {**parameter, **({"example": examples[0]} if examples else {})}


def _bare(schema: Schema) -> Schema:
    """The schema of a parameter: its name is its title."""
    return {key: value for key, value in without_null(schema).items() if key != "title"}


PARAMETERS: Final[dict[str, Schema]] = {
    "DryRun": query_parameter("dry_run", dict(Rehearsal.model_json_schema()["properties"]["dry_run"]), required=False),
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "A key of the caller's choice. For 24 hours the same request with the same key gets the first "
        "answer again, and nothing happens twice.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        "example": "9a3c1f0e-6f0b-4d9c-8f43-2f1d5c1f7f11",
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "description": "The `ETag` of what was read: 412 when it has changed since.",
        "schema": {"type": "string"},
        "example": '"5d41402abc4b2a76b9719d91"',
    },
    "IfNoneMatch": {
        "name": "If-None-Match",
        "in": "header",
        "description": "The `ETag` of what is known already: 304 while it is the same.",
        "schema": {"type": "string"},
        "example": '"5d41402abc4b2a76b9719d91"',
    },
    "Range": {
        "name": "Range",
        "in": "header",
        "description": "One range of bytes.",
        "schema": {"type": "string"},
        "example": "bytes=0-1023",
    },
    "IfRange": {
        "name": "If-Range",
        "in": "header",
        "description": "The `ETag` of the part that is there already: another content is sent whole.",
        "schema": {"type": "string"},
        "example": '"5d41402abc4b2a76b9719d91-53"',
    },
}


def _header(description: str, example: Any, kind: str = "string") -> Schema:
    return {"description": description, "schema": {"type": kind}, "example": example}


HEADERS: Final = {
    "ETag": _header("A strong tag of what is represented.", '"5d41402abc4b2a76b9719d91"'),
    "Location": _header("Where the new thing is.", "/api/v2/tickets/26"),
    "Link": _header("The pages beside this one (RFC 8288).", '</api/v2/tickets?page=2>; rel="next"'),
    "X-Request-ID": _header("The id of this request, as in the server's log.", _REQUEST_ID),
    "RateLimit": _header("Requests that are left, and seconds until there are more.", '"default";r=599;t=42'),
    "RateLimit-Policy": _header("Requests in a window of seconds.", '"default";q=600;w=60'),
    "Retry-After": _header("Seconds to wait.", 42, "integer"),
    "WWW-Authenticate": _header("How to sign in.", 'Bearer realm="osticket-api"'),
    "Content-Range": _header("Which bytes these are, of how many.", "bytes 0-1023/4096"),
    "Accept-Ranges": _header("Ranges are served in bytes.", "bytes"),
    "Content-Disposition": _header("The name of the file.", 'attachment; filename="notes.txt"'),
    "Idempotency-Replayed": _header("`true` on an answer that was given before.", "true"),
}
EVERYWHERE: Final = ("X-Request-ID", "RateLimit", "RateLimit-Policy")
_OF_REFUSALS: Final = {401: "WWW-Authenticate", 416: "Content-Range", 429: "Retry-After"}


def headers(*names: str) -> dict[str, Schema]:
    return {name: reference("headers", name) for name in (*names, *EVERYWHERE)}


def refusals() -> dict[str, Schema]:
    """An answer for each status that tells of an error, by the name `status_name` gives it."""
    return {status_name(status): _refusal(status) for status in MEANINGS}


def status_name(status: int) -> str:
    return TITLES[status].title().replace(" ", "")


def _refusal(status: int) -> Schema:
    fault = {"code": TITLES[status].lower().replace(" ", "_"), "message": MEANINGS[status].replace("`", "")}
    problem = {
        "type": f"/problems/{fault['code']}",
        "title": TITLES[status],
        "status": status,
        "detail": fault["message"],
        "instance": f"urn:request:{_REQUEST_ID}",
        "code": fault["code"],
        "errors": [fault],
        "request_id": _REQUEST_ID,
    }
    envelope = {"success": False, "data": None, "meta": {"request_id": _REQUEST_ID}, "errors": [fault]}
    return {
        "description": MEANINGS[status],
        "headers": headers(*([_OF_REFUSALS[status]] if status in _OF_REFUSALS else [])),
        "content": {
            "application/json": {"schema": reference("schemas", "Failure"), "example": envelope},
            "application/problem+json": {"schema": reference("schemas", "ProblemDetails"), "example": problem},
        },
    }


REHEARSED: Final = {
    "success": True,
    "data": {"effects": [{"kind": "entry", "type": "N"}]},
    "meta": {"request_id": _REQUEST_ID, "dry_run": True},
    "errors": [],
}
SCHEMAS: Final[dict[str, Schema]] = {
    "Meta": {
        "type": "object",
        "examples": [{"request_id": _REQUEST_ID}],
        "required": ["request_id"],
        "properties": {
            "request_id": {"type": "string"},
            "warnings": {
                "type": "array",
                "items": {"type": "string"},
                "description": "What could not be done besides.",
            },
        },
    },
    "PageMeta": {
        "type": "object",
        "examples": [{"request_id": _REQUEST_ID, "page": 1, "per_page": 20, "total": 1, "next_cursor": None}],
        "required": ["request_id", "page", "per_page", "total", "next_cursor"],
        "properties": {
            "request_id": {"type": "string"},
            "page": {"type": ["integer", "null"], "description": "Null where a cursor asked for the page."},
            "per_page": {"type": "integer"},
            "total": {"type": ["integer", "null"], "description": "Null where nobody wanted it counted."},
            "next_cursor": {"type": ["string", "null"], "description": "Null at the end."},
            "dry_run": {"const": True, "description": "On the dry run of a bulk request."},
        },
    },
    "Error": {
        "type": "object",
        "required": ["code", "message"],
        "properties": {
            "code": {"type": "string", "examples": ["required"], "description": "Stable; never renamed."},
            "message": {"type": "string", "examples": ["subject is required."]},
            "field": {"type": "string", "examples": ["attachments.0.name"]},
            "detail": {"description": "What a program may want to know, such as the values that are allowed."},
        },
    },
    "Failure": {
        "type": "object",
        "required": ["success", "data", "meta", "errors"],
        "properties": {
            "success": {"const": False},
            "data": {"type": "null"},
            "meta": reference("schemas", "Meta"),
            "errors": {"type": "array", "minItems": 1, "items": reference("schemas", "Error")},
        },
    },
    "ProblemDetails": {
        "type": "object",
        "description": "The same as RFC 9457 tells it, for those who accept application/problem+json.",
        "required": ["type", "title", "status", "detail", "instance", "code", "errors", "request_id"],
        "properties": {
            "type": {"type": "string", "format": "uri-reference", "description": "A page that explains the problem."},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "instance": {"type": "string", "format": "uri"},
            "code": {"type": "string"},
            "errors": {"type": "array", "items": reference("schemas", "Error")},
            "request_id": {"type": "string"},
        },
    },
    "Rehearsed": {
        "type": "object",
        "description": "What a dry run answers: what would happen. Nothing has.",
        "required": ["success", "data", "meta", "errors"],
        "properties": {
            "success": {"const": True},
            "data": {
                "type": "object",
                "required": ["effects"],
                "properties": {"effects": {"type": "array", "items": reference("schemas", "Effect")}},
            },
            "meta": {
                "type": "object",
                "required": ["request_id", "dry_run"],
                "properties": {"request_id": {"type": "string"}, "dry_run": {"const": True}},
            },
            "errors": {"type": "array", "maxItems": 0},
        },
    },
    "Effect": {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"type": "string", "examples": ["entry"]}},
        "additionalProperties": True,
    },
}
