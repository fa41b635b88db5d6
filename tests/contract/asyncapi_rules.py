"""What AsyncAPI 3.0.0 demands of the parts that our document has."""

from collections.abc import Iterator
from typing import Any, Final

from jsonschema import Draft202012Validator

_NAMES: Final = {"propertyNames": {"pattern": r"^[\w\d.\-_]+$"}}
_REFERENCE: Final = {
    "type": "object",
    "required": ["$ref"],
    "properties": {"$ref": {"type": "string", "pattern": "^#/"}},
    "additionalProperties": False,
}
_WORDS: Final = {name: {"type": "string"} for name in ("title", "summary", "description")}
_MAP_OF_REFERENCES: Final = {"type": "object", **_NAMES, "additionalProperties": _REFERENCE}


def _object(required: list[str], **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": required,
        "properties": {**_WORDS, **properties},
        "additionalProperties": False,
    }


_MESSAGE: Final = _object(
    [],
    name={"type": "string"},
    contentType={"type": "string"},
    payload={"type": "object"},
    headers={"type": "object", "properties": {"type": {"const": "object"}}},
    traits={"type": "array", "items": _REFERENCE},
    examples={
        "type": "array",
        "items": {**_object([], name={"type": "string"}, payload={}, headers={}), "minProperties": 1},
    },
)
_SCHEMA: Final = {
    **_object(
        ["asyncapi", "info"],
        asyncapi={"const": "3.0.0"},
        defaultContentType={"type": "string"},
        info=_object(["title", "version"], version={"type": "string"}, license=_object(["name"], name={})),
        servers={
            "type": "object",
            **_NAMES,
            "additionalProperties": _object(
                ["host", "protocol"],
                host={"type": "string", "pattern": "^[^/]+$"},
                protocol={"type": "string"},
                pathname={"type": "string"},
                security={"type": "array", "items": _REFERENCE},
            ),
        },
        channels={
            "type": "object",
            **_NAMES,
            "additionalProperties": _object(
                [],
                address={"type": ["string", "null"]},
                servers={"type": "array", "items": _REFERENCE},
                messages=_MAP_OF_REFERENCES,
            ),
        },
        operations={
            "type": "object",
            **_NAMES,
            "additionalProperties": _object(
                ["action", "channel"], action={"enum": ["send", "receive"]}, channel=_REFERENCE
            ),
        },
        components=_object(
            [],
            schemas={"type": "object", **_NAMES},
            messages={"type": "object", **_NAMES, "additionalProperties": _MESSAGE},
            messageTraits={"type": "object", **_NAMES},
            securitySchemes={
                "type": "object",
                **_NAMES,
                "additionalProperties": {
                    "required": ["type"],
                    "properties": {"type": {"enum": ["http", "httpApiKey"]}},
                },
            },
        ),
    ),
}


def faults(document: dict[str, Any]) -> list[str]:
    """What is wrong with a document."""
    found = [error.message for error in Draft202012Validator(_SCHEMA).iter_errors(document)]
    return found + [f"{each} leads nowhere" for each in _references(document) if not _is_there(document, each)]


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)


def _is_there(document: Any, reference: str) -> bool:
    for name in reference.removeprefix("#/").split("/"):
        if not isinstance(document, dict) or name not in document:
            return False
        document = document[name]
    return True
