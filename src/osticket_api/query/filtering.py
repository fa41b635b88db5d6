"""Filters of lists: from query parameters to SQL conditions."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from pydantic import StringConstraints
from sqlalchemy import ColumnElement, false, or_

from osticket_api.access.principal import Principal
from osticket_api.db.config import help_desk_zone
from osticket_api.db.unit import Read
from osticket_api.errors import Faults
from osticket_api.web.input import MAX_ID, Parameters

NONE = "none"

Ids = Annotated[str, StringConstraints(max_length=2000)]
Moment = Annotated[str, StringConstraints(max_length=40)]

Words = Mapping[str, int | None]
"""The words that a filter takes besides ids, such as `none`, and their meaning."""


_PLUS_LOST = re.compile(r" (?=\d\d:\d\d$)")
"""A plus that was not escaped in a query string arrives as a space."""


class FilterReader:
    """Reads the filters of one query, and collects what is wrong with them."""

    def __init__(self, tx: Read, principal: Principal, query: Parameters, faults: Faults) -> None:
        self.tx, self.principal, self.faults = tx, principal, faults
        self._values = query

    def references(self, columns: Mapping[str, tuple[ColumnElement[Any], Words]]) -> Iterable[ColumnElement[bool]]:
        """Conditions for parameters that are lists of ids."""
        for name, (column, words) in columns.items():
            value = getattr(self._values, name)
            if value is not None:
                yield one_of(column, self.ids(name, value, words))

    def me(self, kind: type[Principal]) -> Words:
        """The word `me`, for callers of that kind."""
        return {"me": self.principal.id} if isinstance(self.principal, kind) else {}  # type: ignore[union-attr]

    def ids(self, name: str, value: str, words: Words) -> list[int | None]:
        found: list[int | None] = []
        for part in value.split(","):
            part = part.strip()
            if part in words:
                found.append(words[part])
            elif part.isascii() and part.isdigit() and int(part) <= MAX_ID:
                found.append(int(part))
            else:
                choices = "".join(f", {word}" for word in words)
                self.faults.add(
                    name, f"{part or 'An empty text'} is not a valid id. Give ids{choices}, separated by commas."
                )
        return found

    def moments(self, columns: Mapping[str, ColumnElement[Any]]) -> Iterable[ColumnElement[bool]]:
        """Conditions for the parameters `<name>_after` and `<name>_before`."""
        for name, column in columns.items():
            after, before = getattr(self._values, f"{name}_after"), getattr(self._values, f"{name}_before")
            if after is not None and (moment := self.moment(f"{name}_after", after, end=False)):
                yield column >= moment
            if before is not None and (moment := self.moment(f"{name}_before", before, end=True)):
                yield column < moment

    def moment(self, name: str, value: str, *, end: bool) -> datetime | None:
        """A moment as given, or the first of a whole day in the help desk's zone (`end`: of the day after it)."""
        try:
            if len(value) == len("2026-01-31"):
                day = date.fromisoformat(value) + timedelta(days=1 if end else 0)
                return datetime.combine(day, time(), help_desk_zone(self.tx))
            moment = datetime.fromisoformat(_PLUS_LOST.sub("+", value))
        except (ValueError, OverflowError):
            moment = None
        if moment is None or moment.tzinfo is None:
            self.faults.add(name, f"{value} is not an RFC 3339 moment with a zone, nor a date.")
            return None
        return moment


def one_of(column: ColumnElement[Any], ids: list[int | None]) -> ColumnElement[bool]:
    """The column holds one of these ids, or none where None is among them."""
    if not ids:
        return false()
    listed = [each for each in ids if each is not None]
    ways = [any_of(column, listed)] if listed else []
    return or_(*ways, column == None) if None in ids else ways[0]  # noqa: E711


def any_of(column: ColumnElement[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    """The column holds one of these values. A single one is compared: an IN is written anew each time it runs."""
    return column == values[0] if len(values) == 1 else column.in_(values)
