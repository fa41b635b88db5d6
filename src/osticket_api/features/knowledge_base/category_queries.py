"""Reading categories of FAQs."""

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import UNSET
from sqlalchemy import ColumnElement, Row, func, select

from osticket_api.access.knowledge import readable_categories, readable_faqs, require_knowledge_base
from osticket_api.access.principal import Principal, Staff
from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.errors import Faults, NotFound
from osticket_api.features.knowledge_base.requests import FaqCategoryQuery
from osticket_api.features.knowledge_base.responses import FaqCategory
from osticket_api.features.knowledge_base.visibility import NUMBERS, visibility_of
from osticket_api.features.rich_text.api import shown_html
from osticket_api.kit.tree import Tree
from osticket_api.query.filtering import NONE, FilterReader
from osticket_api.query.listing import Listing
from osticket_api.query.ordering import sort_keys
from osticket_api.query.small_lists import matching, read_page
from osticket_api.web.paging import Page


def list_categories(tx: Read, principal: Principal, query: FaqCategoryQuery) -> Page[FaqCategory]:
    """The page of categories that the query asks for, among those the caller may read.

    Raises: NotFound, Unauthenticated and Forbidden where the knowledge base is not for them; Invalid.
    """
    require_knowledge_base(tx, principal)
    category = t.faq_category.c
    faults = Faults()
    wanted = [
        readable_categories(tx, principal),
        *matching(query, category.name),
        *_conditions(FilterReader(tx, principal, query, faults), query),
    ]
    faults.raise_if_any()
    columns = {
        "id": category.category_id,
        "name": category.name,
        "created_at": category.created,
        "updated_at": category.updated,
    }
    listing = Listing(principal, query, category.category_id, sort_keys(query.sort, columns), wanted)
    return read_page(tx, listing, select(t.faq_category), lambda rows: _to_response(tx, principal, rows))


def get_category(tx: Read, principal: Principal, category_id: int) -> FaqCategory:
    """A category that the caller may read. Raises: NotFound; Unauthenticated and Forbidden as `list_categories`."""
    require_knowledge_base(tx, principal)
    this = t.faq_category.c.category_id == category_id
    rows = tx.rows(select(t.faq_category).where(this, readable_categories(tx, principal)))
    if not rows:
        raise NotFound.because(f"There is no FAQ category {category_id}.")
    return _to_response(tx, principal, rows)[0]


def _conditions(reader: FilterReader, query: FaqCategoryQuery) -> Iterable[ColumnElement[bool]]:
    category = t.faq_category.c
    parent = func.nullif(category.category_pid, 0)
    yield from reader.references({"parent_id": (parent, {NONE: None})})
    if query.visibility is not None:
        yield category.ispublic == NUMBERS[query.visibility]


def _to_response(tx: Read, principal: Principal, rows: Sequence[Row[Any]]) -> list[FaqCategory]:
    category = t.faq_category.c
    every = tx.rows(select(category.category_id, category.category_pid, category.name))
    tree = Tree((row.category_id, row.category_pid, row.name or "") for row in every)
    counts = _faq_counts(tx, principal, [row.category_id for row in rows])
    return [
        FaqCategory(
            id=row.category_id,
            name=row.name or "",
            full_name=tree.full_name(row.category_id),
            parent_id=row.category_pid or None,
            description=shown_html(row.description, []),
            visibility=visibility_of(row.ispublic),
            faq_count=counts.get(row.category_id, 0),
            notes=(row.notes or None) if isinstance(principal, Staff) else UNSET,
            created_at=row.created,
            updated_at=row.updated,
        )
        for row in rows
    ]


def _faq_counts(tx: Read, principal: Principal, category_ids: Sequence[int]) -> dict[int, int]:
    faq = t.faq.c
    rows = tx.rows(
        select(faq.category_id, func.count().label("faqs"))
        .where(faq.category_id.in_(category_ids), readable_faqs(tx, principal))
        .group_by(faq.category_id)
    )
    return {row.category_id: row.faqs for row in rows}
