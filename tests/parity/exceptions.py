"""Where we write something else than osTicket on purpose: which rows, what instead, and why.

`exceptions.toml` holds one table for each such case. What it names is put in the place of what was recorded, and then
everything has to be equal; so an exception excuses nothing else.
"""

import tomllib
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.parity.golden import Case

_FILE = Path(__file__).with_name("exceptions.toml")


@dataclass(frozen=True)
class Difference:
    """One row that we write otherwise: `ours` are the columns with other values, None when we do not write it at all.

    `number` counts the recorded rows of this kind in this table from 1; 0 is a row that osTicket does not write, and
    `ours` is then all of it.
    """

    table: str
    kind: str
    number: int
    ours: dict[str, Any] | None

    @property
    def columns(self) -> list[str]:
        if self.ours is None or (self.number == 0 and self.kind != "updated"):
            return [self.table]
        return [f"{self.table}.{column}" for column in self.ours.get("after", self.ours)]

    def put_into(self, changes: dict[str, Any]) -> None:
        recorded = changes.setdefault(self.table, {}).setdefault(self.kind, [])
        if self.number == 0:
            recorded.append(self.ours)
        elif self.ours is None:
            recorded[self.number - 1] = None
        else:
            row = recorded[self.number - 1]
            row.update(self.ours) if self.kind != "updated" else row["after"].update(self.ours)


@dataclass(frozen=True)
class Excuse:
    """Why one case differs, and in what. `refuses`: we refuse what osTicket did. `accepts`: the other way round."""

    reason: str
    differences: tuple[Difference, ...]
    refuses: bool
    accepts: bool = False

    @property
    def columns(self) -> list[str]:
        found = [column for difference in self.differences for column in difference.columns]
        return list(dict.fromkeys(found)) or ["accepted" if self.accepts else "refused"]

    def as_ours(self, case: Case) -> Case:
        """The case as it would be recorded of us."""
        raw = deepcopy(case.raw)
        if self.refuses:
            raw["result"]["ok"], raw["changes"] = False, {}
        if self.accepts:
            raw["result"]["ok"] = True
        for difference in self.differences:
            difference.put_into(raw["changes"])
        for table in raw["changes"].values():
            for kind, found in table.items():
                table[kind] = [row for row in found if row is not None]
        return Case(case.name, raw)


@cache
def exceptions() -> dict[str, Excuse]:
    """By the name of the case."""
    found = tomllib.loads(_FILE.read_text())
    return {name: _read(each) for name, each in found.items()}


def _read(given: dict[str, Any]) -> Excuse:
    rows = given.get("rows", [])
    differences = (Difference(row["table"], row["kind"], row.get("number", 1), row.get("ours") or None) for row in rows)
    return Excuse(given["reason"], tuple(differences), given.get("refuses", False), given.get("accepts", False))
