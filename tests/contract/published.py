"""The published description, to hold the server against it."""

from copy import deepcopy
from functools import cached_property
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from tests.contract.test_matrix import MATRIX
from tests.fixtures.api import Answer, Api


class Description:
    """What `/openapi.json` says."""

    def __init__(self, api: Api) -> None:
        self.document: dict[str, Any] = api.client.get("/openapi.json").json()

    @cached_property
    def operations(self) -> dict[str, dict[str, Any]]:
        """Operations by method and path, as the caller matrix calls them."""
        return {
            f"{method.upper()} {path.removeprefix('/api/v2')}": operation
            for path, item in self.document["paths"].items()
            for method, operation in item.items()
        }

    def resolved(self, value: Any) -> Any:
        """What a reference leads to."""
        while "$ref" in value:
            *_, kind, name = value["$ref"].split("/")
            value = self.document["components"][kind][name]
        return value

    def parameters(self, route: str, place: str) -> dict[str, Any]:
        """The parameters of an operation that stand in the query, path or headers, by name."""
        found = [self.resolved(parameter) for parameter in self.operations[route]["parameters"]]
        return {parameter["name"]: parameter for parameter in found if parameter["in"] == place}

    def responses(self, route: str) -> dict[int, Any]:
        return {int(status): self.resolved(each) for status, each in self.operations[route]["responses"].items()}

    @cached_property
    def _components(self) -> dict[str, Any]:
        """With objects that hold what is published and nothing else."""
        components: dict[str, Any] = deepcopy(self.document["components"])
        for schema in components["schemas"].values():
            if schema.get("properties"):
                schema.setdefault("additionalProperties", False)
        return components

    def faults(self, schema: Any, value: Any) -> list[str]:
        """What in the value does not fit the schema."""
        whole = {**schema, "components": self._components}
        errors = Draft202012Validator(whole, format_checker=FormatChecker()).iter_errors(value)
        return [f"{error.json_path}: {error.message[:200]}" for error in errors]

    def assert_published(self, route: str, answer: Answer) -> None:
        """The answer is one that the operation declares, headers and body."""
        responses = self.responses(route)
        assert answer.status in responses, f"{route} gives {answer.status}: {answer.response.text[:300]}"
        published = responses[answer.status]
        headers = {name.lower() for name in published.get("headers", {})}
        for name in self.document["components"]["headers"]:
            assert name.lower() in headers or name.lower() not in answer.headers, f"{route} sends {name}"
        content = published.get("content")
        if content is None or answer.status == 304:
            assert not answer.content
            return
        media_type = answer.headers["content-type"]
        if "*/*" not in content:
            assert self.faults(content[media_type]["schema"], answer.response.json()) == []


def rows_of(description: Description) -> dict[str, dict[str, Any]]:
    """The rows of the caller matrix whose routes are published."""
    return {route: row for route, row in MATRIX.items() if route in description.operations}
