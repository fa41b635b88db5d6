"""The description is valid, complete, and true."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from osticket_api.server.openapi.catalogue import Catalogue
from osticket_api.server.openapi.routes import api_routes
from osticket_api.server.openapi.shared import SCHEMAS
from osticket_api.server.openapi.words import PLACES, TAGS
from osticket_api.web.input import Changes
from tests.contract.published import Description, rows_of
from tests.contract.refusals import PROBLEM, row_counts
from tests.contract.test_matrix import KEY, MATRIX, _add_key
from tests.fixtures.api import Answer, Api, Caller, running_api
from tests.fixtures.templates import Template

pytestmark = pytest.mark.xdist_group("openapi")

WRITES = sorted(route for route in MATRIX if not route.startswith("GET "))
READS = sorted(route for route in MATRIX if route.startswith("GET "))


@pytest.fixture(scope="module")
def desk(demo_sqlite: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    with running_api(demo_sqlite.copy(), tmp_path_factory.mktemp("openapi")) as api:
        api.write(_add_key)
        yield api


@pytest.fixture(scope="module")
def description(desk: Api) -> Description:
    return Description(desk)


def _whoever_may(route: str) -> list[str]:
    expected = MATRIX[route]["expect"]
    return [name for name in ("alice", "dora", "uma", "key", "anonymous") if expected[name] < 300]


def _who_may(desk: Api, route: str) -> Caller:
    """Somebody who may call a route as its row of the matrix does."""
    names = _whoever_may(route)
    if not names:
        pytest.skip("the row of the matrix lets nobody")
    return desk.key(KEY) if names[0] == "key" else desk.named(names[0])


def _call(desk: Api, route: str, caller: Caller | None = None, **options: Any) -> Answer:
    row = MATRIX[route]
    if "body" in row:
        options.setdefault("json", json.loads(row["body"]))
    if "content" in row:
        options.setdefault("content", row["content"])
    return (caller or _who_may(desk, route)).request(route.split()[0], row["path"], **options)


def _dry(path: str) -> str:
    return path + ("&" if "?" in path else "?") + "dry_run=true"


def _rehearsed(desk: Api, route: str, **options: Any) -> Answer:
    row = MATRIX[route]
    path = _dry(row["path"])
    if "body" in row:
        options.setdefault("json", json.loads(row["body"]))
    if "content" in row:
        options.setdefault("content", row["content"])
    return _who_may(desk, route).request(route.split()[0], path, **options)


def test_the_description_is_valid(description: Description) -> None:
    errors = list(OpenAPIV31SpecValidator(description.document).iter_errors())
    assert [error.message for error in errors] == []


def test_no_schema_hides_another(description: Description, desk: Api) -> None:
    app: Any = desk.client.app
    catalogue = Catalogue([route for route in api_routes(app) if route.include_in_schema])
    names = [*SCHEMAS, *catalogue._models[1], *catalogue._answers[1]]
    assert sorted(names) == sorted(set(names))


def test_changes_have_no_defaults_that_a_client_could_fill_in(description: Description) -> None:
    schemas = description.document["components"]["schemas"]
    fields = {name: schemas[name]["properties"].values() for name in schemas if name.endswith("Update")}
    assert "DepartmentUpdate" in fields
    assert not [name for name, each in fields.items() if any("default" in field for field in each)]


def test_of_changes_only_what_can_be_cleared_is_published_as_nullable(description: Description) -> None:
    schemas = description.document["components"]["schemas"]
    published = [model for model in Changes.__subclasses__() if model.__name__ in schemas]
    assert len(published) > 20
    for model in published:
        fields = schemas[model.__name__]["properties"]
        assert {name for name in fields if {"type": "null"} in fields[name].get("anyOf", ())} == model.clearable, model


def test_every_operation_says_what_it_is(description: Description) -> None:
    identifiers: set[str] = set()
    for route, operation in description.operations.items():
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", operation["operationId"]), route
        assert operation["operationId"] not in identifiers, operation["operationId"]
        identifiers.add(operation["operationId"])
        assert 5 < len(operation["summary"]) <= 120, (route, operation["summary"])
        assert not operation["summary"].endswith("."), route
        assert operation["description"].endswith("."), (route, operation["description"])
        for parameter in operation["parameters"]:
            resolved = description.resolved(parameter)
            assert resolved["description"].endswith("."), (route, resolved["name"], resolved["description"])


def test_every_group_and_every_place_is_explained(description: Description) -> None:
    """A new group needs a line in TAGS, a new placeholder one in PLACES (server/openapi/words.py)."""
    used = {tag for operation in description.operations.values() for tag in operation["tags"]}
    assert used <= TAGS.keys()
    places = {name for route in description.operations for name in description.parameters(route, "path")}
    assert places <= PLACES.keys()


def test_all_examples_fit_their_schemas(description: Description) -> None:
    faults: list[str] = []
    for route, operation in description.operations.items():
        bodies = [operation["requestBody"]] if "requestBody" in operation else []
        for each in (*bodies, *description.responses(route).values()):
            for media in each.get("content", {}).values():
                if "example" in media:
                    faults += [f"{route}: {fault}" for fault in description.faults(media["schema"], media["example"])]
        for place in ("query", "path", "header"):
            for name, parameter in description.parameters(route, place).items():
                if "example" in parameter:
                    found = description.faults(parameter["schema"], parameter["example"])
                    faults += [f"{route} {name}: {fault}" for fault in found]
    assert faults == []


def test_json_bodies_and_answers_have_examples(description: Description) -> None:
    for route, operation in description.operations.items():
        body = operation.get("requestBody", {}).get("content", {}).get("application/json")
        assert body is None or "example" in body, route
        for status, response in description.responses(route).items():
            told = response.get("content", {}).get("application/json")
            assert told is None or "example" in told, (route, status)


@pytest.mark.parametrize("route", WRITES)
def test_the_example_of_a_body_is_taken(desk: Api, description: Description, route: str) -> None:
    content = description.operations.get(route, {}).get("requestBody", {}).get("content", {})
    if "application/json" not in content or not _whoever_may(route):
        return
    example, path = content["application/json"]["example"], _dry(MATRIX[route]["path"])
    answers = [desk.named(name).request(route.split()[0], path, json=example) for name in ("alice", "dora", "uma")]
    assert [answer for answer in answers if answer.status in (200, 409)], [answer.errors for answer in answers]


@pytest.mark.parametrize("route", sorted(MATRIX))
def test_everybody_gets_an_answer_that_is_published(desk: Api, description: Description, route: str) -> None:
    if route not in description.operations:
        return
    calling = _call if route in READS else _rehearsed
    for name in ("anonymous", "ulf", "uma", "charlie", "bob", "alice", "dora"):
        for headers in ({}, PROBLEM):
            desk.database.memory.clear()
            caller = desk.named(name)
            caller.headers.update(headers)
            row = MATRIX[route]
            path = row["path"] if calling is _call else _dry(row["path"])
            options: dict[str, Any] = {"json": json.loads(row["body"])} if "body" in row else {}
            if "content" in row:
                options["content"] = row["content"]
            description.assert_published(route, caller.request(route.split()[0], path, **options))


@pytest.mark.parametrize("route", READS)
def test_what_is_known_is_not_sent_again(desk: Api, description: Description, route: str) -> None:
    if route not in description.operations:
        return
    answer = _call(desk, route)
    is_declared = "If-None-Match" in description.parameters(route, "header")
    assert is_declared == ("etag" in answer.headers)
    if is_declared:
        again = _call(desk, route, headers={"If-None-Match": answer.headers["etag"]})
        assert again.status == 304
        assert again.headers["etag"] == answer.headers["etag"]
        description.assert_published(route, again)


@pytest.mark.parametrize("route", WRITES)
def test_what_has_changed_is_not_overwritten(desk: Api, description: Description, route: str) -> None:
    if route not in description.operations:
        return
    answer = _rehearsed(desk, route, headers={"If-Match": '"0123456789"'})
    is_declared = "If-Match" in description.parameters(route, "header")
    assert (answer.status == 412) == is_declared, answer.response.text[:300]


@pytest.mark.parametrize("route", WRITES)
def test_a_dry_run_tells_and_does_nothing(desk: Api, description: Description, route: str) -> None:
    if "dry_run" not in (description.parameters(route, "query") if route in description.operations else {}):
        return
    before = row_counts(desk)
    answer = _rehearsed(desk, route)
    assert (answer.status, answer.meta.get("dry_run")) == (200, True)
    assert row_counts(desk) == before


@pytest.mark.parametrize("route", WRITES)
def test_what_is_done_is_answered_as_published(
    demo_sqlite: Template, description: Description, tmp_path: Path, route: str
) -> None:
    if route not in description.operations:
        return
    key = {"Idempotency-Key": "the only one"}
    with running_api(demo_sqlite.copy(), tmp_path) as api:
        api.write(_add_key)
        caller = _who_may(api, route)
        answer = _call(api, route, caller, headers=key)
        assert answer.status < 300, answer.errors
        description.assert_published(route, answer)
        before = row_counts(api)
        if "Idempotency-Key" in description.parameters(route, "header"):
            again = _call(api, route, caller, headers=key)
            assert (again.status, again.response.json()["data"]) == (answer.status, answer.response.json()["data"])
            assert again.headers["idempotency-replayed"] == "true"
            assert row_counts(api) == before
            description.assert_published(route, again)


def test_the_rows_of_the_matrix_are_published(description: Description) -> None:
    assert rows_of(description).keys() == description.operations.keys()


def test_the_description_leads_to_its_page(desk: Api, description: Description) -> None:
    assert description.document["servers"] == [{"url": "/"}]
    assert desk.client.get(description.document["externalDocs"]["url"]).status_code == 200
    assert desk.client.get("/problems").status_code == 200
