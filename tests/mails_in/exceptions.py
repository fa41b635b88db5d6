"""Where we store something else than the real osTicket on purpose, and why.

`exceptions.toml` has two kinds of entries. One under the name of a case gives values for paths of it, which then count
instead of the recorded ones. `[[kept]]` is about all cases: a file of this kind that osTicket drops and we keep is set
aside before comparing, unless the case itself has it.
"""

import tomllib
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, Final

from tests.mails_in.cases import Case

_FILE: Final = Path(__file__).with_name("exceptions.toml")


@dataclass(frozen=True)
class Exceptions:
    cases: Mapping[str, Mapping[str, Any]]
    kept: Sequence[Mapping[str, str]]

    def as_ours(self, case: Case) -> Mapping[str, Any]:
        """The case as it would be recorded of us."""
        own = self.cases.get(case.name, {}).get("right", {})
        rules = [{"path": path, "any_of": [value]} for path, value in own.items()]
        named = {rule["path"] for rule in rules}
        others = [rule for rule in case.raw.get("right", ()) if rule["path"] not in named]
        return {**case.raw, "right": [*rules, *others]}

    def without_kept(self, case: Case, stored: Mapping[str, Any]) -> Mapping[str, Any]:
        """What is stored, without the files that osTicket would have dropped."""
        found = deepcopy(dict(stored))
        expected = [file for entry in case.raw.get("entries", ()) for file in entry["files"]]
        for entry in found["entries"]:
            entry["files"] = [file for file in entry["files"] if file in expected or not self._is_kept(file, expected)]
        return found

    def _is_kept(self, file: Mapping[str, Any], expected: Sequence[Mapping[str, Any]]) -> bool:
        if any(file["name"] == each["name"] for each in expected):
            return False
        return any(
            fnmatchcase(file["content_type"], each["content_type"]) and fnmatchcase(file["name"], each["name"])
            for each in self.kept
        )


@cache
def exceptions() -> Exceptions:
    found = tomllib.loads(_FILE.read_text())
    return Exceptions(found.get("cases", {}), found.get("kept", ()))
