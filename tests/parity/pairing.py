"""What can be compared of tables in which we wrote more or fewer rows than osTicket, or other columns."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

Rows = list[dict[str, Any]]
Changes = Mapping[str, Mapping[str, Rows]]

_KINDS = ("inserted", "updated", "deleted")
_PLACEHOLDER = re.compile(r"<[a-z]+[:+>]")


def paired(recorded: Changes, ours: Changes) -> tuple[dict[str, dict[str, Rows]], dict[str, dict[str, Rows]]]:
    """Both without the rows and columns that have no counterpart on the other side."""
    left: dict[str, dict[str, Rows]] = {}
    right: dict[str, dict[str, Rows]] = {}
    for table in sorted({*recorded, *ours}):
        for kind in _KINDS:
            pairs = list(_pairs(kind, recorded.get(table, {}).get(kind, []), ours.get(table, {}).get(kind, [])))
            left.setdefault(table, {})[kind] = [theirs for theirs, _ in pairs]
            right.setdefault(table, {})[kind] = [own for _, own in pairs]
    return left, right


def _pairs(kind: str, recorded: Rows, ours: Rows) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The most alike first. Updated rows are the same row, and are compared in the columns that both changed."""
    if kind == "updated":
        for theirs in recorded:
            for own in ours:
                if theirs["key"] == own["key"]:
                    both = theirs["after"].keys() & own["after"].keys()
                    yield _only(theirs, both), _only(own, both)
        return
    alike = sorted(
        ((_likeness(theirs, own), place, other) for place, theirs in enumerate(recorded)
         for other, own in enumerate(ours)), key=lambda each: (-each[0], each[1:]),
    )  # fmt: skip
    used: tuple[set[int], set[int]] = (set(), set())
    for likeness, place, other in alike:
        if likeness and place not in used[0] and other not in used[1]:
            used[0].add(place)
            used[1].add(other)
            yield recorded[place], ours[other]


def _only(row: dict[str, Any], columns: set[str]) -> dict[str, Any]:
    return row | {"after": {name: value for name, value in row["after"].items() if name in columns}}


def _likeness(theirs: dict[str, Any], own: dict[str, Any]) -> int:
    """In how many columns two rows have the same value. What a placeholder stands for is not known here."""
    return sum(own.get(name) == value for name, value in theirs.items() if not _is_placeholder(value))


def _is_placeholder(value: Any) -> bool:
    return isinstance(value, str) and bool(_PLACEHOLDER.search(value))
