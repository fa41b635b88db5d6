"""The worst text in every field that takes text, at every operation of the description, within a budget of CPU."""

import time
from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.fixtures.api import Api

BUDGET_SECONDS: Final = 20.0
"""CPU of one request. What is quadratic takes minutes for these texts."""
_LONGEST: Final = 500_000
_UNITS: Final = {
    "tags with attributes": "<p a1=1 b2=2 ",
    "half tags": "<a ",
    "encoded words": "=?a?q?",
    "blanks": " \n",
}
_PLACES: Final = {"ticket": "26", "provider": "mailgun"}
"""What stands in the path; 1 elsewhere."""

Schema = dict[str, Any]
Operation = tuple[str, str, Schema, Schema]


def test_every_text_has_a_budget_at_every_operation(api: Api, worst: str, documented: Schema) -> None:
    dora, tried, slow = api.staff("dora"), 0, []
    for method, path, schema, example in _operations(documented):
        for field, body in _bodies(documented, schema, example, worst):
            started = time.process_time()
            answer = dora.request(method.upper(), path, json=body)
            if time.process_time() - started > BUDGET_SECONDS:
                slow.append(f"{method} {path} {field}")
            assert answer.status < 500, (method, path, field, answer.content[:300])
            tried += 1
    assert slow == []
    assert tried > 200


@pytest.fixture(params=list(_UNITS))
def worst(request: pytest.FixtureRequest) -> str:
    return str(_UNITS[request.param])


@pytest.fixture
def documented(api: Api) -> Schema:
    description: Schema = api.client.get("/openapi.json").json()
    return description


def _operations(documented: Schema) -> Iterator[Operation]:
    for path, item in documented["paths"].items():
        for method in ("post", "put", "patch"):
            content = item.get(method, {}).get("requestBody", {}).get("content", {}).get("application/json")
            if content is not None:
                parts = [_PLACES.get(part[1:-1], "1") if part.startswith("{") else part for part in path.split("/")]
                yield (
                    method,
                    "/".join(parts).removeprefix("/api/v2"),
                    _resolved(documented, content["schema"]),
                    content.get("example") or {},
                )


def _bodies(documented: Schema, schema: Schema, example: Any, unit: str) -> Iterator[tuple[str, Any]]:
    """The example with one text after the other as long and as bad as it may be."""
    for name, given in schema.get("properties", {}).items():
        longest = _longest_text(documented, given)
        if longest is not None:
            length = min(longest, _LONGEST)
            yield name, {**example, name: (unit * (length // len(unit) + 1))[:length]}


def _longest_text(documented: Schema, schema: Schema) -> int | None:
    """How long a text may be here. None where no text is taken."""
    schema = _resolved(documented, schema)
    kinds = [_resolved(documented, each) for each in (*schema.get("anyOf", ()), *schema.get("oneOf", ()))] or [schema]
    texts = [
        each for each in kinds if "string" in each.get("type", "") and not {"enum", "format", "const"} & each.keys()
    ]
    return max((each.get("maxLength", _LONGEST) for each in texts), default=None)


def _resolved(documented: Schema, schema: Schema) -> Schema:
    reference = schema.get("$ref")
    return schema if reference is None else documented["components"]["schemas"][reference.rpartition("/")[2]]
