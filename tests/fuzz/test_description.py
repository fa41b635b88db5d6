"""schemathesis against our own description, as every kind of caller, the same cases each time.

`make fuzz` tries others, and many more.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fuzz.attack import Target, target

pytestmark = pytest.mark.xdist_group("schemathesis")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    with target(tmp_path_factory.mktemp("desk")) as attacked:
        yield attacked


@pytest.mark.parametrize(
    "options",
    [
        ["--phases", "examples"],
        ["--phases", "coverage", "--include-tag", "teams", "--include-tag", "api-keys", "--include-tag", "stats"],
        ["--phases", "stateful", "--include-tag", "teams", "--include-tag", "notes", "--max-examples", "2"],
    ],
    ids=["what is published as an example", "the edges of what is allowed", "one call after another"],
)
def test_the_server_does_what_its_description_says(desk: Target, tmp_path: Path, options: list[str]) -> None:
    outcome = desk.attack(tmp_path / "report.json", "--generation-deterministic", "--max-examples", "1", *options)
    assert not outcome.has_found, outcome.report
    assert outcome.cases > 0
