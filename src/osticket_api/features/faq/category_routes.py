"""Categories of FAQs over HTTP."""

from typing import Annotated

from starlette.responses import Response

from osticket_api.access.rules import ANYONE, STAFF
from osticket_api.features.faq.category_queries import get_category, list_categories
from osticket_api.features.faq.category_setup import CATEGORIES, add_category, delete_category, edit_category
from osticket_api.features.faq.schemas import (
    CategoryDeleteQuery,
    FaqCategoryCreate,
    FaqCategoryQuery,
    FaqCategoryUpdate,
)
from osticket_api.features.faq.shapes import FaqCategory
from osticket_api.web.call import CallDependency
from osticket_api.web.fields import select_fields
from osticket_api.web.input import PathId, payload, query
from osticket_api.web.paging import Page
from osticket_api.web.router import Router

router = Router(tag="faq", prefix="/faq-categories")


@router.read("", access=ANYONE, returns=Page[FaqCategory])
async def get_faq_categories(
    call: CallDependency, query: Annotated[FaqCategoryQuery, query(FaqCategoryQuery)]
) -> Response:
    """The categories of the knowledge base. `parent_id` makes a tree of them.

    Agents see all, everybody else those that are public, as are all above them.
    """
    page = await call.read(list_categories, query)
    return call.listed(page, select_fields(page.items, FaqCategory, query.fields))


@router.create("", access=STAFF, returns=FaqCategory)
async def post_faq_category(
    call: CallDependency, body: Annotated[FaqCategoryCreate, payload(FaqCategoryCreate)]
) -> Response:
    """Add a category. Only agents see it unless `visibility` says otherwise."""
    return await CATEGORIES.create(call, add_category, body.given())


@router.read("/{category}", access=ANYONE, returns=FaqCategory)
async def get_faq_category_detail(call: CallDependency, category: PathId) -> Response:
    """A category."""
    return call.one(await call.read(get_category, category))


@router.update("/{category}", access=STAFF, returns=FaqCategory)
async def update_faq_category(
    call: CallDependency, category: PathId, body: Annotated[FaqCategoryUpdate, payload(FaqCategoryUpdate)]
) -> Response:
    """Change a category, or move it. Below a private one everything is hidden from users."""
    return await CATEGORIES.change(call, category, edit_category, body.given())


@router.remove("/{category}", access=STAFF)
async def delete_faq_category_route(
    call: CallDependency, category: PathId, query: Annotated[CategoryDeleteQuery, query(CategoryDeleteQuery)]
) -> Response:
    """Delete a category. What is in it moves with `move_to`, or its FAQs go with it with `faqs=delete`; else 409."""
    with_faqs = query.faqs == "delete"
    return await CATEGORIES.remove(call, category, delete_category, query.move_to, with_faqs=with_faqs)
