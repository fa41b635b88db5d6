"""FAQs over HTTP."""

from typing import Annotated

from starlette.responses import Response

from osticket_api.access.rules import ANYONE, STAFF
from osticket_api.features.faq.queries import get_faq, list_faqs
from osticket_api.features.faq.schemas import FaqCreate, FaqQuery, FaqUpdate
from osticket_api.features.faq.setup import FAQS, add_faq, delete_faq, edit_faq
from osticket_api.features.faq.shapes import Faq
from osticket_api.web.call import CallDependency
from osticket_api.web.fields import select_fields
from osticket_api.web.input import PathId, payload, query
from osticket_api.web.paging import Page
from osticket_api.web.router import Router

router = Router(tag="faq", prefix="/faqs")


@router.read("", access=ANYONE, returns=Page[Faq])
async def get_faqs(call: CallDependency, query: Annotated[FaqQuery, query(FaqQuery)]) -> Response:
    """The FAQs. Agents read all; everybody else those that are public, in public categories.

    Visitors need not sign in unless the help desk demands it. 404 while the knowledge base is switched off.
    """
    page = await call.read(list_faqs, query)
    return call.listed(page, select_fields(page.items, Faq, query.fields))


@router.create("", access=STAFF, returns=Faq)
async def post_faq(call: CallDependency, body: Annotated[FaqCreate, payload(FaqCreate)]) -> Response:
    """Add an FAQ. Only agents see it unless `visibility` says otherwise."""
    return await FAQS.create(call, add_faq, body.columns(), body.answer, body.topic_ids, body.file_ids)


@router.read("/{faq}", access=ANYONE, returns=Faq)
async def get_faq_detail(call: CallDependency, faq: PathId) -> Response:
    """An FAQ."""
    return call.one(await call.read(get_faq, faq))


@router.update("/{faq}", access=STAFF, returns=Faq)
async def update_faq(call: CallDependency, faq: PathId, body: Annotated[FaqUpdate, payload(FaqUpdate)]) -> Response:
    """Change an FAQ. `topic_ids` and `attachments` are given as a whole."""
    return await FAQS.change(call, faq, edit_faq, body.columns(), body.answer, body.topic_ids, body.file_ids)


@router.remove("/{faq}", access=STAFF)
async def delete_faq_route(call: CallDependency, faq: PathId) -> Response:
    """Delete an FAQ with what is attached to it."""
    return await FAQS.remove(call, faq, delete_faq)
