"""The worst text in every field that takes text, at every operation of the description, within a budget of CPU."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

import pytest

from tests.fixtures.api import Api, change_settings
from tests.fixtures.databases import by_turns

BUDGET_SECONDS: Final = 20.0
"""CPU of one request. What is quadratic takes minutes for these texts."""
_LONGEST: Final = 500_000
_DEEPEST: Final = 4
_ANY: Final = {"type": "string"}
_KEY: Final = "subject"
"""What is given where names are free: a field that tickets have."""
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
Place = Callable[[str], Any]
Text = tuple[str, int, Place]


@by_turns("name", list(_UNITS))
def test_every_text_has_a_budget_at_every_operation(api: Api, name: str, documented: Schema) -> None:
    change_settings(api, app_url="https://desk.example.com")  # Without a host there are no passkeys.
    dora, tried, slow = api.staff("dora"), 0, []
    for method, path, schema, example in _operations(documented):
        for field, body in _bodies(documented, schema, example, _UNITS[name]):
            started = time.process_time()
            answer = dora.request(method.upper(), path, json=body)
            if time.process_time() - started > BUDGET_SECONDS:
                slow.append(f"{method} {path} {field}")
            assert answer.status < 500, (method, path, field, answer.content[:300])
            tried += 1
    assert slow == []
    assert tried > 350


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
    """The example with one text after the other as long and as bad as it may be, also in what it holds."""
    for name, longest, place in _texts(documented, schema, example, depth=0):
        length = min(longest, _LONGEST)
        yield name, place((unit * (length // len(unit) + 1))[:length])


def _texts(documented: Schema, schema: Schema, example: Any, depth: int) -> Iterator[Text]:
    """Every text that this may be or hold: its name, how long it may be, and the value with a text in its place."""
    for kind in _kinds(documented, schema):
        if "string" in kind.get("type", "") and not {"enum", "format", "const"} & kind.keys():
            yield "", kind.get("maxLength", _LONGEST), lambda text: text
        if depth == _DEEPEST:
            continue
        whole = example if isinstance(example, dict) else {}
        for name, given in kind.get("properties", {}).items():
            for inner, longest, place in _texts(documented, given, whole.get(name), depth + 1):
                yield f"{name}.{inner}", longest, partial(_with, whole, name, place)
        if others := kind.get("additionalProperties"):
            name = next(iter(whole), _KEY)
            for inner, longest, place in _texts(documented, _ANY if others is True else others, None, depth + 1):
                yield f"{name}.{inner}", longest, partial(_with, whole, name, place)
        first = example[0] if isinstance(example, list) and example else None
        for inner, longest, place in _texts(documented, kind["items"], first, depth + 1) if "items" in kind else ():
            yield f"[].{inner}", longest, partial(_alone, place)


def _with(whole: Schema, name: str, place: Place, text: str) -> Schema:
    return {**whole, name: place(text)}


def _alone(place: Place, text: str) -> list[Any]:
    return [place(text)]


def _kinds(documented: Schema, schema: Schema) -> list[Schema]:
    schema = _resolved(documented, schema)
    return [_resolved(documented, each) for each in (*schema.get("anyOf", ()), *schema.get("oneOf", ()))] or [schema]


def _resolved(documented: Schema, schema: Schema) -> Schema:
    reference = schema.get("$ref")
    return schema if reference is None else documented["components"]["schemas"][reference.rpartition("/")[2]]
