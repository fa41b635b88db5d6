"""The guide to migrating names routes and parameters that the description has, for whoever comes from elsewhere."""

import json
import re
from typing import Any
from urllib.parse import parse_qsl

import pytest

from tests.docs.printed import ROOT

GUIDE = (ROOT / "docs" / "guide" / "migrate.md").read_text()
ROUTES = sorted(set(re.findall(r"`(GET|POST|PATCH|DELETE) (/(?!api/)[^`?]*)(?:\?([^`]*))?`", GUIDE)))
DESCRIPTION: dict[str, Any] = json.loads((ROOT / "docs" / "openapi.json").read_text())


def parameters(operation: dict[str, Any]) -> set[str]:
    named = [each.get("$ref", "").rpartition("/")[2] for each in operation["parameters"]]
    shared = DESCRIPTION["components"].get("parameters", {})
    return {
        each["name"] for each in [*operation["parameters"], *(shared[name] for name in named if name)] if "name" in each
    }


def test_guide_has_routes() -> None:
    assert len(ROUTES) > 15


@pytest.mark.parametrize(("method", "path", "query"), ROUTES)
def test_route_is_in_the_description(method: str, path: str, query: str) -> None:
    operation = DESCRIPTION["paths"][f"/api/v2{path}"][method.lower()]
    asked = {name for name, _ in parse_qsl(query, keep_blank_values=True)}
    assert asked <= parameters(operation)
