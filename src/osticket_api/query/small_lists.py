"""Lists of what a help desk is made of: topics, departments, agents. Few rows, mostly read by name."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from pydantic import Field
from sqlalchemy import ColumnElement, Row, Select, true

from osticket_api.db.unit import Read
from osticket_api.query.listing import Listing, ListQuery
from osticket_api.web.paging import Page
from osticket_api.web.responses import NamedRef

T = TypeVar("T")


class NamedQuery(ListQuery):
    """Lists of things with a name."""

    sort: str = Field("name", max_length=200, description="Keys, comma separated; `-` for descending.")
    q: str | None = Field(None, max_length=255, description="Part of the name.")


class SwitchedQuery(NamedQuery):
    """Lists of things that can be switched off."""

    active: bool | None = Field(None, description="Only those in use, or only those that are not.")


def matching(
    query: NamedQuery, name: ColumnElement[Any], is_active: ColumnElement[bool] | None = None
) -> list[ColumnElement[bool]]:
    """The filters of these queries as conditions."""
    found: list[ColumnElement[bool]] = [true()]
    if query.q is not None:
        found.append(name.contains(query.q, autoescape=True))
    if isinstance(query, SwitchedQuery) and query.active is not None and is_active is not None:
        found.append(is_active if query.active else ~is_active)
    return found


def read_page(
    tx: Read, listing: Listing, statement: Select[Any], shown: Callable[[Sequence[Row[Any]]], Sequence[T]]
) -> Page[T]:
    """The page of a list, its rows as the statement selects them."""
    page = listing.ids()
    rows = tx.rows(
        statement.add_columns(*listing.places(page))
        .join(page, page.c.page_id == listing.identity)
        .order_by(*listing.order(page))
    )
    return listing.page(tx, rows, shown)


def named(identifier: int | None, name: str | None) -> NamedRef | None:
    """A reference, None where what it refers to is gone."""
    return None if identifier is None or name is None else NamedRef(identifier, name)
