"""FAQs over HTTP."""

from osticket_api.access.principal import Principal, Staff
from osticket_api.access.rules import PORTAL, STAFF
from osticket_api.db.unit import Read, Write
from osticket_api.features.knowledge_base.queries import get_faq, list_faqs
from osticket_api.features.knowledge_base.requests import FaqCreate, FaqQuery, FaqUpdate
from osticket_api.features.knowledge_base.responses import Faq
from osticket_api.features.knowledge_base.service import FAQS, add_faq, delete_faq, edit_faq
from osticket_api.web.file_urls import FileUrlsQuery, Urls
from osticket_api.web.input import PathId
from osticket_api.web.paging import Page
from osticket_api.web.results import Created
from osticket_api.web.router import Router

router = Router(tag="faq", prefix="/faqs")


@router.get("", access=PORTAL)
def get_faqs(unit: Read, caller: Principal, query: FaqQuery, urls: Urls) -> Page[Faq]:
    """The FAQs. Agents read all; everybody else those that are public, in public categories.

    Visitors need not sign in unless the help desk demands it. 404 while the knowledge base is switched off.
    """
    return list_faqs(unit, caller, query, urls)


@router.post("", access=STAFF)
def post_faq(unit: Write, caller: Staff, body: FaqCreate) -> Created[Faq]:
    """Add an FAQ. Only agents see it unless `visibility` says otherwise."""
    faq_id = add_faq(unit, caller, body.columns(), body.answer, body.topic_ids, body.file_ids)
    return Created(FAQS.get(unit, caller, faq_id))


@router.get("/{faq}", access=PORTAL)
def get_faq_detail(unit: Read, caller: Principal, faq: PathId, query: FileUrlsQuery, urls: Urls) -> Faq:
    """An FAQ."""
    return get_faq(unit, caller, faq, urls)


@router.patch("/{faq}", access=STAFF)
def update_faq(unit: Write, caller: Staff, faq: PathId, body: FaqUpdate) -> Faq:
    """Change an FAQ. `topic_ids` and `attachments` are given as a whole."""
    edit_faq(
        unit, caller, FAQS.get_for_update(unit, caller, faq), body.columns(), body.answer, body.topic_ids, body.file_ids
    )
    return FAQS.get(unit, caller, faq)


@router.delete("/{faq}", access=STAFF)
def delete_faq_route(unit: Write, caller: Staff, faq: PathId) -> None:
    """Delete an FAQ with what is attached to it."""
    delete_faq(unit, caller, FAQS.get_for_update(unit, caller, faq))
    FAQS.note_deleted(unit, faq)
