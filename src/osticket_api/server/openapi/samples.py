"""Make examples from schemas."""

from collections.abc import Mapping
from typing import Any

from osticket_api.server.openapi.words import SAMPLES

_TYPES: Mapping[str, Any] = {"integer": 1, "number": 1.5, "boolean": True, "null": None}
_FORMATS = {"date-time": "2026-01-31T09:30:00Z", "date": "2026-01-31", "binary": "..."}
_DEPTH = 2
"""How deep a schema that contains itself is repeated in an example."""


class Sampler:
    """Makes examples for the schemas of one OpenAPI document."""

    def __init__(self, schemas: Mapping[str, Any]) -> None:
        self.schemas = schemas

    def answer(self, schema: Mapping[str, Any], *path: str) -> Any:
        """An example that fits the schema, with all fields. `path` is its place in the whole example."""
        schema = self._resolved(schema)
        if "examples" in schema:
            return schema["examples"][0]
        if "const" in schema or "enum" in schema:
            return schema["const"] if "const" in schema else schema["enum"][0]
        if "anyOf" in schema:
            return self.answer(next(each for each in schema["anyOf"] if each != {"type": "null"}), *path)
        return self._by_type(schema, path)

    def request(self, schema: Mapping[str, Any]) -> Any:
        """An example of a body: the required fields, and those that have an example."""
        schema = self._resolved(schema)
        if "examples" in schema:
            return schema["examples"][0]
        required = schema.get("required", ())
        return {
            name: self.answer(property, name)
            for name, property in schema.get("properties", {}).items()
            if name in required or "examples" in property
        }

    def _by_type(self, schema: Mapping[str, Any], path: tuple[str, ...]) -> Any:
        kind = schema.get("type")
        if kind == "object":
            return {
                name: self.answer(each, *path, name)
                for name, each in schema.get("properties", {}).items()
                if path.count(name) < _DEPTH or name in schema.get("required", ())
            }
        if kind == "array":
            is_deep = bool(path) and path.count(path[-1]) > _DEPTH
            return [] if is_deep or not schema.get("items") else [self.answer(schema["items"], *path)]
        if kind == "string":
            return _FORMATS.get(schema.get("format", "")) or _text(path)
        return _TYPES.get(str(kind))

    def _resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """Resolve a reference, and keep the keywords beside it."""
        while "$ref" in schema:
            beside = {key: value for key, value in schema.items() if key != "$ref"}
            schema = {**self.schemas[schema["$ref"].rpartition("/")[2]], **beside}
        return schema


def _text(path: tuple[str, ...]) -> str:
    name, place = path[-1] if path else "", ".".join(path[-2:])
    return str(SAMPLES.get(place) or SAMPLES.get(name) or name.replace("_", " ") or "text")
