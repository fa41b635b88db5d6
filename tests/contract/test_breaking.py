"""Clients of the last release go on working: what they use is still there, and nothing new is asked of them."""

import copy
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.contract.breaking import breaking_changes

RELEASED = Path(__file__).with_name("released.json.gz")
TODAY = Path(__file__).parents[2] / "docs" / "openapi.json"


@pytest.fixture(scope="module")
def today() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(TODAY.read_text(encoding="utf-8"))
    return found


def test_nothing_breaks_clients_of_the_last_release(today: dict[str, Any]) -> None:
    """Change it so that the old way works too, or release a version whose notes say how to go on."""
    if not RELEASED.exists():
        pytest.skip("no version has been released yet")
    released = json.loads(gzip.decompress(RELEASED.read_bytes()))
    assert breaking_changes(released, today) == []


def _lose_a_route(document: dict[str, Any]) -> None:
    del document["paths"]["/api/v2/tickets"]["post"]


def _rename(document: dict[str, Any]) -> None:
    document["paths"]["/api/v2/tickets"]["get"]["operationId"] = "index"


def _lose_a_field(document: dict[str, Any]) -> None:
    del document["components"]["schemas"]["TicketSummary"]["properties"]["subject"]


def _lose_a_parameter(document: dict[str, Any]) -> None:
    parameters = document["paths"]["/api/v2/tickets"]["get"]["parameters"]
    parameters[:] = [each for each in parameters if each.get("name") != "status"]


def _demand_a_field(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["TicketCreate"].setdefault("required", []).append("topic_id")


def _take_fewer_values(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["Login"]["properties"]["kind"]["enum"].remove("user")


def _lose_a_status(document: dict[str, Any]) -> None:
    del document["paths"]["/api/v2/tickets"]["post"]["responses"]["201"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_lose_a_route, "POST /api/v2/tickets is gone"),
        (_rename, "GET /api/v2/tickets is index now, and was list_tickets"),
        (_lose_a_field, "TicketSummary.subject is gone"),
        (_lose_a_parameter, "GET /api/v2/tickets: the query parameter status is gone"),
        (_demand_a_field, "TicketCreate.topic_id is required now"),
        (_take_fewer_values, "Login.kind can no longer be user"),
        (_lose_a_status, "POST /api/v2/tickets no longer answers 201"),
    ],
)
def test_what_would_break_a_client_is_found(
    today: dict[str, Any], change: Callable[[dict[str, Any]], None], told: str
) -> None:
    changed = copy.deepcopy(today)
    change(changed)
    assert breaking_changes(today, changed) == [told]


def test_what_is_added_breaks_nobody(today: dict[str, Any]) -> None:
    changed = copy.deepcopy(today)
    changed["paths"]["/api/v2/new"] = copy.deepcopy(changed["paths"]["/api/v2/tickets"])
    changed["components"]["schemas"]["TicketSummary"]["properties"]["mood"] = {"type": "string"}
    changed["components"]["schemas"]["TicketCreate"]["properties"]["mood"] = {"type": "string"}
    assert breaking_changes(today, changed) == []
