"""Rows written down in memory, with the ids they will have, before they go to the database in bulk."""

import html
import re
from collections import defaultdict
from itertools import groupby
from typing import Any

from sqlalchemy import Table, func, select

from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.embedded.rows import Plan

Row = dict[str, Any]


class Ledger:
    """A row that was added may still be changed; it is inserted as it is when the plan is carried out."""

    def __init__(self, tx: Read) -> None:
        self._tx = tx
        self._lines: dict[Table, list[Row]] = defaultdict(list)
        self._next: dict[Table, int] = {}

    def add(self, table: Table, **values: Any) -> Row:
        """Write down a row. Gives it its id when the table counts them."""
        key = table.autoincrement_column
        line = values if key is None else {key.name: self._take(table, key.name), **values}
        self._lines[table].append(line)
        return line

    def _take(self, table: Table, key: str) -> int:
        if table not in self._next:
            self._next[table] = (self._tx.scalar(select(func.max(table.c[key]))) or 0) + 1
        self._next[table] += 1
        return self._next[table] - 1

    def index(self, kind: str, number: int, title: str, content: str) -> None:
        """Make an object findable. Source: tickets.md 8.1."""
        if title or content:
            self.add(t.search, object_type=kind, object_id=number, title=title, content=content)

    @property
    def plan(self) -> Plan:
        """Every row; those of one table that name the same columns go together."""
        for table, lines in self._lines.items():
            for _, alike in groupby(sorted(lines, key=_columns), key=_columns):
                yield table, list(alike)


def _columns(line: Row) -> tuple[str, ...]:
    return tuple(sorted(line))


def plain_text(body: str) -> str:
    """The words of an HTML body, as osTicket indexes them: tags become spaces."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())
