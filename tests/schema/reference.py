"""What a real osTicket 1.18.1 install looks like, read from the shared reference."""

import csv
import json
import os
from pathlib import Path
from typing import Any

import pytest

_BESIDE_THE_REPOSITORY = Path(__file__).parents[2].parent / "shared"
SHARED = Path(os.environ.get("SHARED_DIR", _BESIDE_THE_REPOSITORY)) / "osticket"

needs_reference = pytest.mark.skipif(
    not SHARED.is_dir(), reason=f"{SHARED} is not there: set SHARED_DIR to the reference of osTicket's schema"
)

Facts = set[tuple[str, ...]]


def columns() -> Facts:
    """(table, column, position, type, nullable, default, extra, key) of every column."""
    return _read("columns.tsv")


def indexes() -> Facts:
    """(table, index, non-unique, place, column, prefix length, type) of every indexed column."""
    return _read("indexes.tsv")


def _read(name: str) -> Facts:
    with (SHARED / name).open(encoding="utf-8", newline="") as stream:
        return {tuple(line) for line in list(csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]}


def fixture_dump() -> Path:
    """A database that a real osTicket wrote."""
    return SHARED / "golden" / "fixture" / "F1.sql"


def fixture_rows() -> dict[str, list[dict[str, Any]]]:
    """Its rows, by table."""
    rows: dict[str, list[dict[str, Any]]] = json.loads((SHARED / "golden" / "fixture" / "fixture.json").read_text())
    return rows
