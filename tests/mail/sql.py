"""The recorded SQL, which is MySQL's, on SQLite too."""

import re
from collections.abc import Iterator
from typing import Any

from osticket_api.db import tables as t

_LITERAL = re.compile(r"'((?:[^'\\]|\\.|'')*)'", re.DOTALL)
_INSERT = re.compile(r"INSERT (?:OR REPLACE )?INTO (\w+)\s*\(([^)]*)\)\s*VALUES\s*(.*)", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}
_UPSERT = re.compile(r"INSERT INTO(.*?)\s+ON DUPLICATE KEY UPDATE.*", re.DOTALL | re.IGNORECASE)
_JOINED = re.compile(r"UPDATE (\w+) (\w+) JOIN (\w+ \w+) ON (.+?) SET (.+?) WHERE (.+)", re.DOTALL | re.IGNORECASE)


def statements(text: str) -> Iterator[str]:
    """The statements of a file, comments left out."""
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    literals: list[str] = []

    def hidden(match: re.Match[str]) -> str:
        literals.append(match[0])
        return f"\0{len(literals) - 1}\0"

    for statement in _LITERAL.sub(hidden, lines).split(";"):
        if statement.strip():
            yield re.sub(r"\0(\d+)\0", lambda match: literals[int(match[1])], statement.strip())


def for_sqlite(statement: str, now: str) -> tuple[str, list[Any]]:
    """The statement with parameters in the place of its literals."""
    values: list[Any] = []

    def taken(match: re.Match[str]) -> str:
        values.append(re.sub(r"\\(.)|''", _unescaped, match[1], flags=re.DOTALL))
        return "?"

    bare = _LITERAL.sub(taken, statement.strip())
    upsert = _UPSERT.fullmatch(bare)
    if upsert:
        bare = f"INSERT OR REPLACE INTO{upsert[1]}"
        values = values[: bare.count("?")]
    joined = _JOINED.fullmatch(bare)
    if joined:
        table, alias, other, condition, assignments, where = joined.groups()
        assigned = assignments.replace(f"{alias}.", "")
        bare = f"UPDATE {table} AS {alias} SET {assigned} FROM {other} WHERE {condition} AND {where}"
    return _complete(bare.replace("NOW()", f"'{now}'")), values


def _complete(statement: str) -> str:
    """An INSERT with the columns that MySQL fills in by itself."""
    match = _INSERT.match(statement)
    if match is None:
        return statement
    named = {column.strip(" `") for column in match[2].split(",")}
    table = next(each for each in t.metadata.tables.values() if each.name == match[1])
    lacking = [
        column.name
        for column in table.columns
        if not (column.nullable or column.server_default is not None or column.primary_key or column.name in named)
    ]
    if not lacking:
        return statement
    names = "".join(f",`{name}`" for name in lacking)
    zeros = "".join(",'0000-00-00 00:00:00'" for _ in lacking)
    rows = re.sub(r"\)(?=\s*(?:,\s*\(|$))", f"{zeros})", match[3])
    return f"{match[0][: match.end(2)]}{names}) VALUES {rows}"


def _unescaped(match: re.Match[str]) -> str:
    return "'" if match[0] == "''" else _ESCAPES.get(match[1], match[1])
