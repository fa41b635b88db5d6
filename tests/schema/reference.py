"""What a real osTicket 1.18.1 install looks like."""

import csv
import json
from pathlib import Path
from typing import Any

REFERENCE = Path(__file__).parents[1] / "reference"

Facts = set[tuple[str, ...]]


def columns() -> Facts:
    """(table, column, position, type, nullable, default, extra, key) of every column."""
    return _read("columns.tsv")


def indexes() -> Facts:
    """(table, index, non-unique, place, column, prefix length, type) of every indexed column."""
    return _read("indexes.tsv")


def _read(name: str) -> Facts:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as stream:
        return {tuple(line) for line in list(csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]}


def fixture_dump() -> Path:
    """A database that a real osTicket wrote."""
    return REFERENCE / "golden" / "fixture" / "F1.sql"


def fixture_rows() -> dict[str, list[dict[str, Any]]]:
    """Its rows, by table."""
    rows: dict[str, list[dict[str, Any]]] = json.loads((REFERENCE / "golden" / "fixture" / "fixture.json").read_text())
    return rows
