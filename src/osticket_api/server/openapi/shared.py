"""Parts that operations share: headers, errors, the envelope."""

from typing import Any, Final, get_args

from osticket_api.db.effects import EffectKind
from osticket_api.server.problems import MEANINGS
from osticket_api.web.envelope import TITLES
from osticket_api.web.input import DryRun, without_null

Schema = dict[str, Any]

_REQUEST_ID: Final = "7d0f0b0fba0c4f5f9a55c5e9b3c6f3a1"


BINARY: Final[Schema] = {"type": "string", "format": "binary", "contentMediaType": "application/octet-stream"}
"""The schema of any bytes. Each client generator knows one of the two keywords."""


def reference(kind: str, name: str) -> Schema:
    return {"$ref": f"#/components/{kind}/{name}"}


def query_parameter(name: str, property: Schema, *, required: bool) -> Schema:
    """A parameter made from the JSON schema of its field."""
    described = property.pop("description", None) or name.replace("_", " ").capitalize() + "."
    examples = property.pop("examples", None)
    parameter = {"name": name, "in": "query", "required": required, "description": described, "schema": _bare(property)}
    return {**parameter, **({"example": examples[0]} if examples else {})}


def _bare(schema: Schema) -> Schema:
    """The schema of a parameter, with the parameter's name as its title."""
    return {key: value for key, value in without_null(schema).items() if key != "title"}


PARAMETERS: Final[dict[str, Schema]] = {
    "DryRun": query_parameter("dry_run", dict(DryRun.model_json_schema()["properties"]["dry_run"]), required=False),
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "A key that the caller chooses. For 24 hours, the same request with the same key gets the first "
        "response again, and nothing happens twice.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "description": "The `ETag` that was read: 412 when the resource has changed since.",
        "schema": {"type": "string"},
    },
    "IfNoneMatch": {
        "name": "If-None-Match",
        "in": "header",
        "description": "The `ETag` of the caller's copy: 304 while the resource is unchanged.",
        "schema": {"type": "string"},
    },
    "Range": {
        "name": "Range",
        "in": "header",
        "description": "One range of bytes.",
        "schema": {"type": "string"},
    },
    "IfRange": {
        "name": "If-Range",
        "in": "header",
        "description": "The `ETag` of the part that the caller has: a changed content is sent whole.",
        "schema": {"type": "string"},
    },
}
"""Without examples: Swagger UI would send them, and get an error or a part of the content."""


def _header(description: str, example: Any, kind: str = "string") -> Schema:
    return {"description": description, "schema": {"type": kind}, "example": example}


HEADERS: Final = {
    "ETag": _header("A strong entity tag of the resource.", '"5d41402abc4b2a76b9719d91"'),
    "Location": _header("The path of the new resource.", "/api/v2/tickets/26"),
    "Link": _header("Links to the other pages (RFC 8288).", '</api/v2/tickets?page=2>; rel="next"'),
    "X-Request-ID": _header("The id of this request in the server's log.", _REQUEST_ID),
    "RateLimit": _header("Remaining requests, and the seconds until the window ends.", '"default";r=599;t=42'),
    "RateLimit-Policy": _header("Allowed requests, and the window in seconds.", '"default";q=600;w=60'),
    "Retry-After": _header("Seconds to wait before the next request.", 42, "integer"),
    "WWW-Authenticate": _header("How to sign in.", 'Bearer realm="osticket-api"'),
    "Content-Range": _header("The range that is sent, and the size of the whole file.", "bytes 0-1023/4096"),
    "Accept-Ranges": _header("Ranges are in bytes.", "bytes"),
    "Content-Disposition": _header("The name of the file.", 'attachment; filename="notes.txt"'),
    "Idempotency-Replayed": _header("`true` when this response was sent before.", "true"),
}
EVERYWHERE: Final = ("X-Request-ID", "RateLimit", "RateLimit-Policy")
_OF_REFUSALS: Final = {401: "WWW-Authenticate", 416: "Content-Range", 429: "Retry-After"}


def headers(*names: str) -> dict[str, Schema]:
    return {name: reference("headers", name) for name in (*names, *EVERYWHERE)}


def refusals() -> dict[str, Schema]:
    """The response for each error status, by the name that `status_name` gives."""
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


DRY_RUN_EXAMPLE: Final = {
    "success": True,
    "data": {"effects": [{"kind": "entry", "type": "N"}]},
    "meta": {"request_id": _REQUEST_ID, "dry_run": True},
    "errors": [],
}


def _or_null(kind: str, description: str) -> Schema:
    return {"anyOf": [{"type": kind}, {"type": "null"}], "description": description}


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
                "description": "The parts of the request that were not carried out as asked.",
            },
        },
    },
    "SliceMeta": {
        "type": "object",
        "examples": [{"request_id": _REQUEST_ID, "next_cursor": "4711", "has_more": False}],
        "required": ["request_id", "next_cursor", "has_more"],
        "properties": {
            "request_id": {"type": "string"},
            "next_cursor": {"type": "string", "description": "The cursor of the next request. There always is one."},
            "has_more": {"type": "boolean", "description": "Whether more items are available now."},
        },
    },
    "PageMeta": {
        "type": "object",
        "examples": [{"request_id": _REQUEST_ID, "page": 1, "per_page": 20, "total": 1, "next_cursor": None}],
        "required": ["request_id", "page", "per_page", "total", "next_cursor"],
        "properties": {
            "request_id": {"type": "string"},
            "page": _or_null("integer", "Null when the page was requested by a cursor."),
            "per_page": {"type": "integer"},
            "total": _or_null("integer", "Null with `total=false`."),
            "total_is_exact": {
                "type": "boolean",
                "const": False,
                "description": "False when counting takes long: the total may miss the caller's latest changes. Also "
                "where more tickets match the words of `q` than the best, which are listed.",
            },
            "next_cursor": _or_null("string", "Null on the last page."),
            "previous_cursor": _or_null("string", "In conversations: null at the beginning."),
            "after": {"type": "string", "description": "In conversations: as `after`, asks for what comes next."},
            "columns": {
                "type": "array",
                "items": reference("schemas", "QueueColumn"),
                "description": "In a queue with `columns=true`: the columns whose values each ticket has.",
            },
            "dry_run": {"type": "boolean", "const": True, "description": "True for the dry run of a bulk request."},
        },
    },
    "Error": {
        "type": "object",
        "required": ["code", "message"],
        "properties": {
            "code": {"type": "string", "examples": ["required"], "description": "Stable; never renamed."},
            "message": {"type": "string", "examples": ["subject is required."]},
            "field": {"type": "string", "examples": ["attachments.0.name"]},
            "detail": {"description": "Details for programs, such as the allowed values."},
        },
    },
    "Failure": {
        "type": "object",
        "required": ["success", "data", "meta", "errors"],
        "properties": {
            "success": {"type": "boolean", "const": False},
            "data": {"type": "null"},
            "meta": reference("schemas", "Meta"),
            "errors": {"type": "array", "minItems": 1, "items": reference("schemas", "Error")},
        },
    },
    "ProblemDetails": {
        "type": "object",
        "description": "The error as RFC 9457 problem details, for requests that accept application/problem+json.",
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
    "DryRunEffects": {
        "type": "object",
        "description": "The response to a dry run: the effects that the request would have. Nothing was changed.",
        "required": ["success", "data", "meta", "errors"],
        "properties": {
            "success": {"type": "boolean", "const": True},
            "data": {
                "type": "object",
                "required": ["effects"],
                "properties": {"effects": {"type": "array", "items": reference("schemas", "Effect")}},
            },
            "meta": {
                "type": "object",
                "required": ["request_id", "dry_run"],
                "properties": {"request_id": {"type": "string"}, "dry_run": {"type": "boolean", "const": True}},
            },
            "errors": {"type": "array", "items": reference("schemas", "Error"), "description": "Empty."},
        },
    },
    "Effect": {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"type": "string", "enum": list(get_args(EffectKind)), "examples": ["entry"]}},
        "additionalProperties": True,
    },
}
