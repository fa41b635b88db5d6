"""Numbers out of osTicket's sequences, unique while PHP draws from the same ones."""

import re
import secrets
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, Select, bindparam, select, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write

_MAX_LENGTH = 20
_MIN_RANDOM_DIGITS = 6
_HASHES = re.compile(r"\\#|#+")
_ATTEMPTS = 1000


@dataclass(frozen=True)
class Numbering:
    """A format such as `TKT-####` and the sequence its digits come from; None for random digits."""

    format: str
    sequence_id: int | None


def draw(tx: Write, numbering: Numbering, column: "Column[str]") -> str:
    """A number that no row of the column's table has.

    The sequence row is locked until the transaction ends, so that neither we nor PHP hand its value out again.
    Source: tickets.md 1.9.
    """
    for _ in range(_ATTEMPTS):
        number = _next(tx, numbering)[:_MAX_LENGTH]
        if tx.prepared_scalar(_select_taken(column), {"number": number}) is None:
            return number
    raise RuntimeError(f"no free number of the format {numbering.format} was found")


@lru_cache(maxsize=4)
def _select_taken(column: "Column[str]") -> Select[Any]:
    return select(column).where(column == bindparam("number")).limit(1)


def _next(tx: Write, numbering: Numbering) -> str:
    sequence = t.sequence.c
    row = None
    if numbering.sequence_id is not None:
        row = tx.locked(select(t.sequence).where(sequence.id == numbering.sequence_id))
    if row is None:
        return fill(numbering.format, _random_digits(_hashes(numbering.format)), "0")
    step = row.increment or 1
    tx.change(update(t.sequence).where(sequence.id == row.id).values(next=sequence.next + step, updated=tx.now))
    return fill(numbering.format, str(row.next), row.padding or "0")


def takes_digits(format: str) -> bool:
    """Whether a format has a place for the digits, where a number that is cut to its column still has them.

    Without, every number would be the same, and no ticket could be opened.
    """
    return _hashes(format) > 0 and len(fill(format, "0" * _MIN_RANDOM_DIGITS, "0")) <= _MAX_LENGTH


def _hashes(format: str) -> int:
    return sum(len(match[0]) for match in _HASHES.finditer(format) if match[0] != "\\#")


def _random_digits(count: int) -> str:
    size = max(count, _MIN_RANDOM_DIGITS)
    return str(secrets.choice(range(1, 10))) + "".join(secrets.choice("0123456789") for _ in range(size - 1))


def fill(format: str, digits: str, padding: str) -> str:
    """The format with its `#` replaced by digits, padded on the left; surplus digits follow the last run."""
    rest = digits.rjust(_hashes(format), padding)
    surplus = len(rest) - _hashes(format)
    runs = [match for match in _HASHES.finditer(format) if match[0] != "\\#"]
    last = runs[-1].start() if runs else -1

    def replaced(match: re.Match[str]) -> str:
        nonlocal rest
        if match[0] == "\\#":
            return "#"
        size = len(match[0]) + (surplus if match.start() == last else 0)
        taken, rest = rest[:size], rest[size:]
        return taken

    return _HASHES.sub(replaced, format)
