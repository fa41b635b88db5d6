"""Nobody sets what a route does not take: every property that it does not know is refused by name."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import URL

from tests.contract.published import Description, rows_of
from tests.fixtures.api import Api, running_api

_OPEN: Final = {
    "configuration",  # Held to the kind of the field.
    "custom_fields",  # Held to the forms.
    "fields",  # Names of fields of forms.
    "parameters",  # Held to the action, as its own body is.
    "properties",  # Held to the form of the list.
    "user_fields",  # Held to the contact form.
    *(
        "credential",
        "passkey",
        "response",
    ),  # What browsers say of a passkey: each adds to it.
}
"""The objects in bodies whose properties are not named in the description."""
_SURPRISE: Final = {"is_admin_by_surprise": True}


@pytest.fixture
def api(demo_sqlite_url: URL, tmp_path: Path) -> Iterator[Api]:
    with running_api(demo_sqlite_url, tmp_path) as running:
        yield running


def _bodies(description: Description) -> Iterator[tuple[str, Any]]:
    for route, operation in description.operations.items():
        content = description.resolved(operation.get("requestBody", {})).get("content", {})
        if "application/json" in content:
            yield route, content["application/json"]["schema"]


def _open_objects(description: Description, schema: Any, name: str = "body") -> Iterator[str]:
    """The names of the objects below a schema that take any property."""
    schema = description.resolved(schema)
    if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
        yield name
    for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from _open_objects(description, choice, name)
    if "items" in schema:
        yield from _open_objects(description, schema["items"], name)
    for each, below in schema.get("properties", {}).items():
        yield from _open_objects(description, below, each)


def test_no_body_takes_properties_that_it_does_not_name(api: Api) -> None:
    description = Description(api)
    found = {(route, name) for route, schema in _bodies(description) for name in _open_objects(description, schema)}
    assert {each for each in found if each[1] not in _OPEN} == set()
    assert {name for _, name in found} == _OPEN


def test_what_a_route_does_not_know_is_refused_by_name(api: Api) -> None:
    description = Description(api)
    rows, taken = rows_of(description), []
    for route, _ in _bodies(description):
        row = rows[route]
        sent = json.loads(row.get("body", "{}")) | _SURPRISE
        answers = [api.named(name).request(route.split()[0], row["path"], json=sent) for name in ("dora", "uma")]
        if not any(answer.status == 422 and set(_SURPRISE) <= set(answer.fields) for answer in answers):
            taken.append(f"{route}: {[(answer.status, answer.errors) for answer in answers]}")
        taken += [f"{route} succeeded" for answer in answers if answer.status < 400]
    assert not taken, "\n".join(taken)
