"""The counts of a statement, as they come from the database."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from msgspec import json
from sqlalchemy import ColumnElement, Row, String, func

AMOUNT: Final = "amount"
_LIST: Final = "list_"
_READER: Final = json.Decoder(list[int])


@dataclass(frozen=True)
class Part:
    """Tickets that are in the same groups. Lists hold something about each, all in the same order."""

    groups: Mapping[str, Any]
    amount: int
    lists: Mapping[str, list[int]]


def listed(name: str, numbers: ColumnElement[int]) -> ColumnElement[str]:
    """A list of numbers, one for each ticket of a part, as a column of the statement that counts."""
    return func.group_concat(numbers, type_=String).label(f"{_LIST}{name}")


def read_part(row: Row[Any]) -> Part:
    """Raises: ValueError where the database cut a list short."""
    columns = dict(row._mapping)
    amount = columns.pop(AMOUNT)
    texts = {name: columns.pop(name) for name in row._fields if name.startswith(_LIST)}
    lists = {name.removeprefix(_LIST): read_list(text) for name, text in texts.items()}
    if any(len(numbers) != amount for numbers in lists.values()):
        raise ValueError("the database cut a list short: its group_concat_max_len or max_allowed_packet is too small")
    return Part(columns, amount, lists)


def read_list(text: str | None) -> list[int]:
    return _READER.decode(f"[{text or ''}]")


def each(parts: Sequence[Part], name: str) -> Iterator[int]:
    """The values of a list, one for each ticket, over all parts."""
    return chain.from_iterable(part.lists[name] for part in parts)
