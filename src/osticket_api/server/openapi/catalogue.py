"""The schemas of what routes take and give."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import msgspec
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from osticket_api.server.openapi.routes import body_reader, item_of, query_model, returned
from osticket_api.server.openapi.shared import SCHEMAS, Schema, query_parameter


class Catalogue:
    """The schemas of what these routes take and give."""

    def __init__(self, routes: Sequence[APIRoute]) -> None:
        self.routes = routes

    def body(self, model: type[BaseModel]) -> Schema:
        return dict(self._models[0][(model, "validation")])

    def answer(self, returns: Any) -> Schema:
        return dict(self._answers[0][item_of(returns)])

    @cached_property
    def schemas(self) -> dict[str, Schema]:
        return {**SCHEMAS, **self._models[1], **self._answers[1]}

    @cached_property
    def _models(self) -> tuple[Any, dict[str, Schema]]:
        found = {reader.body_model for route in self.routes if (reader := body_reader(route))}
        models = sorted(found, key=lambda model: (model.__module__, model.__name__))
        references, definitions = models_json_schema(
            [(model, "validation") for model in models], ref_template="#/components/schemas/{model}"
        )
        schemas = dict(definitions.get("$defs", {}))
        for model in {reader.body_model for route in self.routes if (reader := body_reader(route)) and _changes(route)}:
            _leave_out_defaults(schemas[references[(model, "validation")]["$ref"].rpartition("/")[2]])
        return references, schemas

    @cached_property
    def _answers(self) -> tuple[dict[Any, Schema], dict[str, Schema]]:
        types = list({item_of(returned(route)): None for route in self.routes if returned(route) not in (None, bytes)})
        schemas, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
        for component in components.values():
            _tell_moments(component)
        return dict(zip(types, schemas, strict=True)), dict(components)


def _changes(route: APIRoute) -> bool:
    return "PATCH" in (route.methods or ())


def _leave_out_defaults(schema: Schema) -> None:
    """What is absent from a change stays: a client that filled in defaults would overwrite what is there."""
    for field in schema.get("properties", {}).values():
        field.pop("default", None)


def _tell_moments(component: Schema) -> None:
    """msgspec does not say which texts are moments. Their names do."""
    for name, property in component.get("properties", {}).items():
        for option in (property, *property.get("anyOf", ())):
            if name.endswith("_at") and option.get("type") == "string":
                option["format"] = "date-time"


def query_parameters(route: APIRoute) -> list[Schema]:
    """The parameters in the query string of a route."""
    model = query_model(route)
    if model is None:
        return []
    schema = model.model_json_schema()
    required = schema.get("required", ())
    return [
        query_parameter(name, property, required=name in required)
        for name, property in schema.get("properties", {}).items()
    ]
