"""Pages of lists: by number, or by a cursor, which does not shift when rows are added."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Generic, TypeVar

from pydantic import Field

from osticket_api.db.unit import Read

T = TypeVar("T")

MAX_PER_PAGE = 100
MAX_PAGE = 1_000_000
PageNumber = Annotated[int, Field(ge=1, le=MAX_PAGE, description="Page number, starting at 1.")]
PerPage = Annotated[int, Field(ge=1, le=MAX_PER_PAGE, description="Items on a page.")]


Labels = Callable[[Read], Mapping[str, Mapping[str, str]]]
"""Reads what people call the keys in a field of items where they differ from help desk to help desk."""


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page. `total` is None when counting was switched off; `next_cursor` is None on the last page.

    `total_is_exact` is False when the total may miss the caller's latest changes.
    """

    items: Sequence[T]
    per_page: int
    page: int | None = None
    total: int | None = None
    next_cursor: str | None = None
    total_is_exact: bool = True
    extra: dict[str, Any] = field(default_factory=dict)
    labels: Labels | None = None
    """The labels of keys for tables, which have a column for each of these keys."""

    def labelled(self, labels: Labels) -> "Page[T]":
        return replace(self, labels=labels)

    def meta(self) -> dict[str, Any]:
        return {
            "page": self.page,
            "per_page": self.per_page,
            "total": self.total,
            **({} if self.total_is_exact else {"total_is_exact": False}),
            "next_cursor": self.next_cursor,
            **self.extra,
        }

    def links(self) -> dict[str, str]:
        """The query parameter of each related page, by relation, for the RFC 8288 Link header."""
        if self.page is None:
            beside = {"prev": self.extra.get("previous_cursor"), "next": self.next_cursor}
            return {relation: f"cursor={cursor}" for relation, cursor in beside.items() if cursor}
        links = {"first": "page=1"}
        if self.page > 1:
            links["prev"] = f"page={self.page - 1}"
        if self.next_cursor or (self.total or 0) > self.page * self.per_page:
            links["next"] = f"page={self.page + 1}"
        if self.total is not None:
            links["last"] = f"page={max(1, -(-self.total // self.per_page))}"
        return links


@dataclass(frozen=True)
class Slice(Generic[T]):
    """A part of an endless list, and the cursor of the next part."""

    items: Sequence[T]
    next_cursor: str
    has_more: bool

    def meta(self) -> dict[str, Any]:
        return {"next_cursor": self.next_cursor, "has_more": self.has_more}
