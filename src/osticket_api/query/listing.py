"""Lists: a page of ids on an index first, then the rest for those ids only."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, TypeVar

from pydantic import Field
from sqlalchemy import Column, ColumnElement, FromClause, Row, Select, Subquery, and_, func, select

from osticket_api.access.principal import Principal
from osticket_api.access.scope import view_of
from osticket_api.db.caches import TOTALS, Cached
from osticket_api.db.statements import literal_limit
from osticket_api.db.unit import Read
from osticket_api.query.ordering import SortKey, after, cursor_at
from osticket_api.web.input import Parameters
from osticket_api.web.paging import Page, PageNumber, PerPage

T = TypeVar("T")

Counting = Callable[[Read], Cached[int]]


class ListQuery(Parameters):
    """The parameters of every list besides its filters."""

    NO_FILTERS: ClassVar[frozenset[str]] = frozenset()
    """What a kind of list takes besides its filters and these parameters."""

    page: PageNumber | None = None
    per_page: PerPage = 20
    cursor: str | None = Field(None, max_length=1000, description="`meta.next_cursor` of the page before.")
    sort: str = Field("-created_at", max_length=200, description="Keys, comma separated; `-` for descending.")
    total: bool = Field(True, description="Whether to count everything that matches.")
    fields: str | None = Field(None, max_length=1000, description="Only these fields of each item.")

    @property
    def page_number(self) -> int | None:
        """The page asked for, None where a cursor asks instead."""
        return None if self.cursor else self.page or 1

    @cached_property
    def filtering(self) -> dict[str, Any]:
        """The filters that are set, for telling one list from another."""
        return self.model_dump(exclude_none=True, exclude={*ListQuery.model_fields, *self.NO_FILTERS})


@dataclass(frozen=True)
class Listing:
    """A list as a caller asked for it: the rows that are `wanted` by their scope and filters, in an order.

    `narrowing`: conditions that are not in the query, such as the ticket whose tasks are listed.
    `counting`: a cheaper way to count all rows, where there is one. It is given how to count them all in one statement.
    """

    principal: Principal
    query: ListQuery
    identity: "Column[int]"
    keys: list[SortKey]
    wanted: Sequence[ColumnElement[bool]]
    narrowing: Sequence[ColumnElement[bool]] = ()
    counting: Callable[[Read, Counting], Cached[int]] | None = None

    def ids(self, source: FromClause | None = None) -> Subquery:
        """The ids of the page, and one more that tells whether there is a next one. Join the rest to `page_id`.

        `source` holds what the order needs, where that is more than the list's own table.
        """
        places = [key.column.label(f"k{i}") for i, key in enumerate(self.keys)]
        statement = (
            select(self.identity.label("page_id"), *places)
            .select_from(self.identity.table if source is None else source)
            .where(self._condition)
            .order_by(*(key.ordering for key in self.keys))
            .limit(literal_limit(self.query.per_page + 1))
        )
        if self.query.cursor:
            statement = statement.where(after(self.keys, self.query.cursor))
        elif self.query.page and self.query.page > 1:
            statement = statement.offset((self.query.page - 1) * self.query.per_page)
        return statement.subquery("page")

    def places(self, page: Subquery) -> list[ColumnElement[Any]]:
        """The columns of the order: to be selected with each row, for the next cursor."""
        return [page.c[f"k{i}"] for i in range(len(self.keys))]

    def order(self, page: Subquery) -> list[ColumnElement[Any]]:
        places = zip(self.keys, self.places(page), strict=True)
        return [place.desc() if key.descending else place.asc() for key, place in places]

    def page(self, tx: Read, rows: Sequence[Row[Any]], shown: Callable[[Sequence[Row[Any]]], Sequence[T]]) -> Page[T]:
        """The page from its rows and the one more. `shown` makes items of those rows that are on it."""
        kept = rows[: self.query.per_page]
        total, is_exact = self._total(tx, len(rows)) if self.query.total else (None, True)
        cursor = None
        if len(rows) > self.query.per_page:
            cursor = cursor_at(self.keys, [getattr(kept[-1], f"k{i}") for i in range(len(self.keys))])
        return Page(
            items=shown(kept) if kept else [],
            per_page=self.query.per_page,
            page=self.query.page_number,
            total=total,
            total_is_exact=is_exact,
            next_cursor=cursor,
        )

    def _total(self, tx: Read, found: int) -> tuple[int, bool]:
        """How many match, and whether the caller's own writes are in it.

        Known without counting on the last page, else counted and cached for a few seconds.
        """
        number = self.query.page_number
        is_beyond_the_end = found == 0 and number != 1
        if number is not None and found <= self.query.per_page and not is_beyond_the_end:
            return (number - 1) * self.query.per_page + found, True
        counted = self._count(tx) if self.counting is None else self.counting(tx, self._count)
        return counted.value, not tx.wrote_since(counted.begun_at)

    def _count(self, tx: Read) -> Cached[int]:
        """How many rows match."""
        key = (self.identity.table.name, view_of(self.principal), self._filters_key(tx))
        return tx.recent(TOTALS, key, lambda unit: int(unit.scalar(self._select_count())))

    def _select_count(self) -> Select[Any]:
        return select(func.count()).select_from(self.identity.table).where(self._condition)

    @property
    def _condition(self) -> ColumnElement[bool]:
        return and_(*self.wanted, *self.narrowing)

    def _filters_key(self, tx: Read) -> str:
        narrowing = [each.compile(dialect=tx.dialect) for each in self.narrowing]
        return self._filtering + repr([(str(each), each.params) for each in narrowing])

    @cached_property
    def _filtering(self) -> str:
        return repr(self.query.filtering)
