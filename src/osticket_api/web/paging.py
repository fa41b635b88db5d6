"""Pages of lists: by number, or by a cursor that stays put while rows move."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, TypeVar

from pydantic import Field

T = TypeVar("T")

MAX_PER_PAGE = 100
MAX_PAGE = 1_000_000
PageNumber = Annotated[int, Field(ge=1, le=MAX_PAGE, description="Page number, from 1.")]
PerPage = Annotated[int, Field(ge=1, le=MAX_PER_PAGE, description="Items on a page.")]


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page. `total` is None where counting was switched off; `next_cursor` is None at the end."""

    items: Sequence[T]
    per_page: int
    page: int | None = None
    total: int | None = None
    next_cursor: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    def meta(self) -> dict[str, Any]:
        return {
            "page": self.page,
            "per_page": self.per_page,
            "total": self.total,
            "next_cursor": self.next_cursor,
            **self.extra,
        }

    def links(self) -> dict[str, str]:
        """Relation to the query parameter that leads there, for the RFC 8288 Link header."""
        if self.page is None:
            return {"next": f"cursor={self.next_cursor}"} if self.next_cursor else {}
        links = {"first": "page=1"}
        if self.page > 1:
            links["prev"] = f"page={self.page - 1}"
        if self.next_cursor or (self.total or 0) > self.page * self.per_page:
            links["next"] = f"page={self.page + 1}"
        if self.total is not None:
            links["last"] = f"page={max(1, -(-self.total // self.per_page))}"
        return links
