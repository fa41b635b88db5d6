"""The Postman collection has every operation, ready to be sent. `make newman` sends those that read."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("postman")
    command = [sys.executable, "tools/write_postman.py", "docs/openapi.json", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=60)
    return {path.stem.rpartition("_")[2]: json.loads(path.read_text()) for path in folder.iterdir()}


def _requests(collection: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for folder in collection["item"]:
        yield from folder["item"]


def test_every_operation_is_there_once(written: dict[str, Any]) -> None:
    described = json.loads((ROOT / "docs" / "openapi.json").read_text())["paths"]
    operations = [
        (method.upper(), path) for path, item in described.items() for method in item if method != "parameters"
    ]
    found = [
        (each["request"]["method"], re.sub(r":(\w+)", r"{\1}", "/" + "/".join(each["request"]["url"]["path"])))
        for each in _requests(written["collection"])
    ]
    assert sorted(found) == sorted(operations)


def test_sign_in_comes_first_and_the_rest_uses_its_token(written: dict[str, Any]) -> None:
    first = next(_requests(written["collection"]))
    assert (first["name"], first["request"]["auth"]["type"]) == ("Sign in", "noauth")
    assert written["collection"]["auth"]["bearer"][0]["value"] == "{{access_token}}"
    known = {each["key"] for each in written["environment"]["values"]}
    used = set(re.findall(r"\{\{(\w+)\}\}", json.dumps(written["collection"]["item"])))
    assert {"base_url", "username"} <= used <= known


def test_bodies_are_the_examples_of_the_description(written: dict[str, Any]) -> None:
    bodies = {each["name"]: each["request"].get("body", {}).get("raw", "") for each in _requests(written["collection"])}
    assert json.loads(bodies["Create a ticket"])["subject"] == "Printer on fire"
    assert all(isinstance(json.loads(body), dict | list) for body in bodies.values() if body)
