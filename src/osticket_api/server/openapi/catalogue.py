"""The schemas of requests and responses."""

import json
from collections.abc import Iterable, Sequence
from copy import deepcopy
from functools import cached_property
from typing import Any, get_args, get_type_hints

import msgspec
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from osticket_api.server.openapi import oauth
from osticket_api.server.openapi.envelopes import envelope, envelope_name
from osticket_api.server.openapi.properties import describe
from osticket_api.server.openapi.routes import body_of, is_page, is_slice, item_of, query_model, returned
from osticket_api.server.openapi.shared import SCHEMAS, Schema, query_parameter, reference
from osticket_api.web.results import Plain
from osticket_api.web.route import HandlerRoute


class Catalogue:
    """The schemas of the requests and responses of these routes."""

    def __init__(self, routes: Sequence[HandlerRoute]) -> None:
        self.routes = routes

    def body(self, model: type[BaseModel]) -> Schema:
        return dict(self._models[0][(model, "validation")])

    def answer(self, returns: Any) -> Schema:
        """A reference to the schema of a whole response."""
        return reference("schemas", envelope_name(self._item(returns), **_many(returns)))

    def plain(self, returns: Any) -> Schema:
        """A reference to the schema of a response that has no envelope."""
        return self._item(returns)

    @cached_property
    def schemas(self) -> dict[str, Schema]:
        schemas = deepcopy(
            {**SCHEMAS, "OAuthError": oauth.SCHEMA, **self._models[1], **self._answers[1], **self._envelopes}
        )
        describe(schemas, _structs(item_of(returned(route)) for route in self.routes if _is_json(returned(route))))
        return schemas

    @cached_property
    def _envelopes(self) -> dict[str, Schema]:
        enveloped = [returned(route) for route in self.routes if route.handler.wrapper is not Plain]
        kinds = [(self._item(returns), _many(returns)) for returns in enveloped if _is_json(returns)]
        named: dict[str, Schema] = {}
        for item, many in kinds:
            made = envelope(item, **many)
            if named.setdefault(envelope_name(item, **many), made) != made:
                raise ValueError(f"Two different answers are named {envelope_name(item, **many)}.")
        return named

    def _item(self, returns: Any) -> Schema:
        """The schema of the resource itself; for a page, of its items."""
        return dict(self._answers[0][item_of(returns)])

    @cached_property
    def _models(self) -> tuple[Any, dict[str, Schema]]:
        found = {body.model for route in self.routes if (body := body_of(route))}
        models = sorted(found, key=lambda model: (model.__module__, model.__name__))
        references, definitions = models_json_schema(
            [(model, "validation") for model in models], ref_template="#/components/schemas/{model}"
        )
        schemas = dict(definitions.get("$defs", {}))
        changed = {body.model for route in self.routes if (body := body_of(route)) and _changes(route)}
        for model in changed:
            _leave_out_defaults(schemas[references[(model, "validation")]["$ref"].rpartition("/")[2]])
        for schema in schemas.values():
            _tell_defaults_in_words(schema)
        return references, schemas

    @cached_property
    def _answers(self) -> tuple[dict[Any, Schema], dict[str, Schema]]:
        types = list({item_of(returned(route)): None for route in self.routes if _is_json(returned(route))})
        schemas, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
        omitting = {each.__name__ for each in _structs(types) if each.__struct_config__.omit_defaults}
        for name, component in components.items():
            _tell_moments(component)
            _tell_types(component)
            _settle_defaults(component, are_sent=name not in omitting)
        return dict(zip(types, schemas, strict=True)), dict(components)


def _many(returns: Any) -> dict[str, bool]:
    return {"is_page": is_page(returns), "is_slice": is_slice(returns)}


def _is_json(returns: Any) -> bool:
    return returns not in (None, bytes)


def _changes(route: HandlerRoute) -> bool:
    return "PATCH" in (route.methods or ())


def _leave_out_defaults(schema: Schema) -> None:
    """Publish no defaults for a change: a client that filled them in would overwrite stored values."""
    for field in schema.get("properties", {}).values():
        field.pop("default", None)


def _tell_defaults_in_words(schema: Schema) -> None:
    """Publish no defaults: generated clients treat a field with a `default` as required, or always send it."""
    for field in schema.get("properties", {}).values():
        default = field.pop("default", None)
        if default not in (None, "", [], {}):
            said = f"{field['description'].rstrip('.')}. " if "description" in field else ""
            field["description"] = f"{said}Default: {json.dumps(default)}."


def _settle_defaults(component: Schema, *, are_sent: bool) -> None:
    """Publish no defaults in responses: a default value is sent like any other, or the field is absent."""
    for name, property in component.get("properties", {}).items():
        if "default" in property:
            del property["default"]
            if are_sent:
                component.setdefault("required", []).append(name)


def _structs(types: Iterable[Any]) -> set[type[msgspec.Struct]]:
    """These structs and all structs in their fields."""
    found: set[type[msgspec.Struct]] = set()
    waiting = list(types)
    while waiting:
        each = waiting.pop()
        if isinstance(each, type) and issubclass(each, msgspec.Struct) and each not in found:
            found.add(each)
            waiting += get_type_hints(each).values()
        waiting += get_args(each)
    return found


def _tell_moments(component: Schema) -> None:
    """Mark moments as `date-time`. msgspec does not publish this, so the names of the fields decide."""
    for name, property in component.get("properties", {}).items():
        for option in (property, *property.get("anyOf", ())):
            if name.endswith("_at") and option.get("type") == "string":
                option["format"] = "date-time"


def _tell_types(component: Schema) -> None:
    """Add the types of enumerations and of the items of any list, where msgspec leaves them out."""
    for property in component.get("properties", {}).values():
        for option in (property, property.get("items", {}), *property.get("anyOf", ())):
            if option.get("type") == "array":
                option.setdefault("items", {})
            if "enum" in option and all(isinstance(value, str) for value in option["enum"]):
                option.setdefault("type", "string")


def query_parameters(route: HandlerRoute) -> list[Schema]:
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
