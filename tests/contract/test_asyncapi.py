"""The description of events: it is as published, complete, sound, and its examples are as it says."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from osticket_api.cli.asyncapi import described
from osticket_api.events.catalogue import CATALOGUE, STREAM_ONLY
from tests.contract.asyncapi_rules import faults
from tests.fixtures.api import Api

DOCUMENT = Path(__file__).parents[2] / "docs" / "asyncapi.json"
PUBLISHED: dict[str, Any] = json.loads(DOCUMENT.read_text())
MESSAGES: dict[str, Any] = PUBLISHED["components"]["messages"]


def test_document_in_docs_is_that_of_today() -> None:
    assert DOCUMENT.read_text() == described(), "run: make openapi"


def test_server_publishes_it(api: Api) -> None:
    answer = api.client.get("/asyncapi.json")
    assert answer.status_code == 200
    assert answer.json()["channels"] == PUBLISHED["channels"]


def test_every_type_of_event_is_in_its_channels() -> None:
    channels = PUBLISHED["channels"]
    assert set(channels["stream"]["messages"]) == set(CATALOGUE)
    assert set(channels["webhooks"]["messages"]) == set(CATALOGUE) - STREAM_ONLY


def test_document_is_valid() -> None:
    assert faults(PUBLISHED) == []


@pytest.mark.parametrize(
    "broken",
    [
        {"asyncapi": "2.6.0"},
        {"channels": {"stream": {"address": 1}}},
        {"operations": {"sendToStream": {"action": "publish", "channel": {"$ref": "#/channels/stream"}}}},
        {"operations": {"sendToStream": {"action": "send", "channel": {"$ref": "#/channels/nowhere"}}}},
        {"surprise": {}},
    ],
    ids=str,
)
def test_rules_find_what_is_wrong(broken: dict[str, Any]) -> None:
    assert faults({**PUBLISHED, **broken}) != []


@pytest.mark.parametrize("name", [name for name in MESSAGES if "examples" in MESSAGES[name]])
def test_example_is_as_its_schema_says(name: str) -> None:
    schema = {**MESSAGES[name]["payload"], "components": PUBLISHED["components"]}
    for shown in MESSAGES[name]["examples"]:
        assert [each.message for each in Draft202012Validator(schema).iter_errors(shown["payload"])] == []


def test_most_types_have_an_example() -> None:
    assert sum("examples" in MESSAGES[name] for name in CATALOGUE) > len(CATALOGUE) / 2
