"""Categories of FAQs over HTTP."""

from osticket_api.access.principal import Principal, Staff
from osticket_api.access.rules import PORTAL, STAFF
from osticket_api.db.unit import Read, Write
from osticket_api.features.knowledge_base.category_queries import get_category, list_categories
from osticket_api.features.knowledge_base.category_service import (
    CATEGORIES,
    add_category,
    delete_category,
    edit_category,
)
from osticket_api.features.knowledge_base.requests import (
    CategoryDeleteQuery,
    FaqCategoryCreate,
    FaqCategoryQuery,
    FaqCategoryUpdate,
)
from osticket_api.features.knowledge_base.responses import FaqCategory
from osticket_api.web.input import PathId
from osticket_api.web.paging import Page
from osticket_api.web.results import Created
from osticket_api.web.router import Router

router = Router(tag="faq", prefix="/faq-categories")


@router.get("", access=PORTAL)
def get_faq_categories(unit: Read, caller: Principal, query: FaqCategoryQuery) -> Page[FaqCategory]:
    """The categories of the knowledge base. `parent_id` makes a tree of them.

    Agents see all, everybody else those that are public, as are all above them.
    """
    return list_categories(unit, caller, query)


@router.post("", access=STAFF)
def post_faq_category(unit: Write, caller: Staff, body: FaqCategoryCreate) -> Created[FaqCategory]:
    """Add a category. Only agents see it unless `visibility` says otherwise."""
    category_id = add_category(unit, caller, body.given())
    return Created(CATEGORIES.get(unit, caller, category_id))


@router.get("/{category}", access=PORTAL)
def get_faq_category_detail(unit: Read, caller: Principal, category: PathId) -> FaqCategory:
    """A category."""
    return get_category(unit, caller, category)


@router.patch("/{category}", access=STAFF)
def update_faq_category(unit: Write, caller: Staff, category: PathId, body: FaqCategoryUpdate) -> FaqCategory:
    """Change a category, or move it. Below a private one everything is hidden from users."""
    edit_category(unit, caller, CATEGORIES.get_for_update(unit, caller, category), body.given())
    return CATEGORIES.get(unit, caller, category)


@router.delete("/{category}", access=STAFF)
def delete_faq_category_route(unit: Write, caller: Staff, category: PathId, query: CategoryDeleteQuery) -> None:
    """Delete a category. With `move_to` its contents move to another category; with `faqs=delete` its FAQs are deleted.
    409 otherwise, unless the category is empty.
    """
    row = CATEGORIES.get_for_update(unit, caller, category)
    delete_category(unit, caller, row, query.move_to, with_faqs=query.faqs == "delete")
    CATEGORIES.note_deleted(unit, category)
