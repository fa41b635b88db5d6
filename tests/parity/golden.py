"""The recorded operations: where they lie, what one says, and the comparer that comes with them."""

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.parity.pairing import paired

_USUAL = Path(__file__).parents[1] / "reference" / "golden"

GOLDEN = Path(os.environ["GOLDEN_DIR"]).resolve() if os.environ.get("GOLDEN_DIR") else _USUAL
IS_USUAL = GOLDEN.resolve() == _USUAL.resolve()

Changes = dict[str, dict[str, list[dict[str, Any]]]]


@dataclass(frozen=True)
class Case:
    """One operation, and the rows that osTicket wrote for it."""

    name: str
    raw: dict[str, Any]

    @property
    def title(self) -> str:
        return str(self.raw["title"])

    @property
    def kind(self) -> str:
        return str(self.raw["operation"]["kind"])

    @property
    def params(self) -> dict[str, Any]:
        params: dict[str, Any] = self.raw["operation"]["params"]
        return params

    @property
    def channel(self) -> str | None:
        return self.params.get("channel")

    @property
    def actor(self) -> tuple[str, int | None]:
        return self.raw["actor"]["kind"], self.raw["actor"]["id"]

    @property
    def clock(self) -> datetime:
        return datetime.fromisoformat(self.raw["clock"]).replace(tzinfo=UTC)

    @property
    def setup(self) -> Changes:
        changes: Changes = self.raw.get("setup", {}).get("changes", {})
        return changes

    @property
    def succeeds(self) -> bool:
        return bool(self.raw["result"]["ok"])

    def problems(self, actual: Changes) -> list[str]:
        """How the rows that changed differ from those osTicket changed; empty when they do not."""
        found: list[str] = _comparer().match(self.raw, actual, now=self.raw["clock"])
        return found + self._problems_of_pairs(actual, found) if found else []

    def _problems_of_pairs(self, actual: Changes, known: list[str]) -> list[str]:
        """The comparer leaves a table at its first difference in rows or columns: here what pairs all the same."""
        recorded, ours = paired(self.raw["changes"], actual)
        found: list[str] = _comparer().match({**self.raw, "changes": recorded}, ours, now=self.raw["clock"])
        return [problem for problem in found if problem not in known]


@cache
def cases() -> list[Case]:
    """All cases, by number. None where the data is not here."""
    paths = sorted((GOLDEN / "cases").glob("*.json"))
    return [Case(path.stem, json.loads(path.read_text())) for path in paths]


def fixture_rows() -> dict[str, list[dict[str, Any]]]:
    """The rows of F1 by table."""
    rows: dict[str, list[dict[str, Any]]] = json.loads((GOLDEN / "fixture" / "fixture.json").read_text())
    return rows


@cache
def _comparer() -> ModuleType:
    spec = spec_from_file_location("golden_match", GOLDEN / "golden_match.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
