"""Each kind of recorded operation is heard as docs/events-heard.md says, and examples are what was heard."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from osticket_api.server.asyncapi.examples import EXAMPLES
from tests.events.heard import TABLE, by_kind, events_of, example, line, prepared


@pytest.fixture(scope="module")
def desk_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with prepared(tmp_path_factory.mktemp("heard")) as file:
        yield file


@cache
def examples() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(EXAMPLES.read_text())
    return found


@pytest.mark.parametrize("kind", by_kind())
def test_kind_is_heard_as_the_table_says(desk_file: Path, tmp_path: Path, kind: str) -> None:
    case = by_kind()[kind]
    events = events_of(desk_file, tmp_path, case)
    assert line(kind, case, events) in TABLE.read_text().splitlines()
    for name, shown in examples().items():
        if shown["recording"] == case.name[:3]:
            assert shown["event"] == next(example(event) for event in events if event["type"] == name)


def test_table_has_every_kind_once() -> None:
    kinds = [row.split(" | ")[0].removeprefix("| ") for row in TABLE.read_text().splitlines() if row.startswith("| ")]
    assert kinds[2:] == list(by_kind())
