"""Reading FAQs."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, or_, select, true

from osticket_api.access.knowledge import readable_faqs, require_knowledge_base
from osticket_api.access.principal import Principal, Staff
from osticket_api.access.structure import TopicTree, visible_topics
from osticket_api.db import tables as t
from osticket_api.db.dialect import has_table
from osticket_api.db.unit import Read
from osticket_api.errors import Faults, NotFound
from osticket_api.features.files.api import attachments_of
from osticket_api.features.knowledge_base.requests import FaqQuery
from osticket_api.features.knowledge_base.responses import Faq
from osticket_api.features.knowledge_base.visibility import NUMBERS, visibility_of
from osticket_api.features.rich_text.api import FAQ, shown_files, shown_html
from osticket_api.query.filtering import FilterReader, one_of
from osticket_api.query.listing import Listing
from osticket_api.query.ordering import sort_keys
from osticket_api.query.small_lists import named, read_page
from osticket_api.web.file_urls import FileUrls, plain
from osticket_api.web.paging import Page
from osticket_api.web.responses import NamedRef


def list_faqs(tx: Read, principal: Principal, query: FaqQuery, urls: FileUrls = plain) -> Page[Faq]:
    """The page of FAQs that the query asks for, among those the caller may read.

    Raises: NotFound, Unauthenticated and Forbidden where the knowledge base is not for them; Invalid.
    """
    require_knowledge_base(tx, principal)
    faq = t.faq.c
    faults = Faults()
    wanted = [readable_faqs(tx, principal), *_conditions(FilterReader(tx, principal, query, faults), query)]
    faults.raise_if_any()
    columns = {"id": faq.faq_id, "question": faq.question, "created_at": faq.created, "updated_at": faq.updated}
    listing = Listing(principal, query, faq.faq_id, sort_keys(query.sort, columns), wanted)
    return read_page(tx, listing, _select(), lambda rows: _to_response(tx, principal, rows, urls))


def get_faq(tx: Read, principal: Principal, faq_id: int, urls: FileUrls = plain) -> Faq:
    """An FAQ that the caller may read. Raises: NotFound; Unauthenticated and Forbidden as `list_faqs`."""
    require_knowledge_base(tx, principal)
    rows = tx.rows(_select().where(t.faq.c.faq_id == faq_id, readable_faqs(tx, principal)))
    if not rows:
        raise NotFound.because(f"There is no FAQ {faq_id}.")
    return _to_response(tx, principal, rows, urls)[0]


def _conditions(reader: FilterReader, query: FaqQuery) -> Iterable[ColumnElement[bool]]:
    faq, link = t.faq.c, t.faq_topic.c
    yield from reader.references({"category_id": (faq.category_id, {})})
    yield from reader.moments({"updated": faq.updated})
    if query.topic_id is not None:
        ids = reader.ids("topic_id", query.topic_id, {})
        yield faq.faq_id.in_(select(link.faq_id).where(one_of(link.topic_id, ids)))
    if query.visibility is not None:
        yield faq.ispublished == NUMBERS[query.visibility]
    if query.q is not None:
        yield or_(*_ways_to_find(reader.tx, query.q))


def _ways_to_find(tx: Read, text: str) -> Iterable[ColumnElement[bool]]:
    """The answer is looked through as the search index has it, without its markup."""
    faq, search = t.faq.c, t.search.c
    yield faq.question.contains(text, autoescape=True)
    yield faq.keywords.contains(text, autoescape=True)
    if has_table(tx, t.search):
        said = search.content.contains(text, autoescape=True)
        yield faq.faq_id.in_(select(search.object_id).where(search.object_type == "K", said))


def _select() -> Select[Any]:
    category = t.faq_category.c
    return (
        select(t.faq, category.name.label("category_name"))
        .select_from(t.faq)
        .outerjoin(t.faq_category, category.category_id == t.faq.c.category_id)
    )


def _to_response(tx: Read, principal: Principal, rows: Sequence[Row[Any]], urls: FileUrls) -> list[Faq]:
    ids = [row.faq_id for row in rows]
    attached, topics = attachments_of(tx, ids, FAQ), _topics(tx, principal, ids)
    return [
        Faq(
            id=row.faq_id,
            question=row.question,
            answer=shown_html(row.answer, attached.get(row.faq_id, []), urls),
            category=named(row.category_id, row.category_name),
            visibility=visibility_of(row.ispublished),
            topics=topics[row.faq_id],
            attachments=shown_files(attached.get(row.faq_id, []), urls),
            created_at=row.created,
            updated_at=row.updated,
            **_for_agents(principal, row),
        )
        for row in rows
    ]


def _for_agents(principal: Principal, row: Row[Any]) -> dict[str, Any]:
    if not isinstance(principal, Staff):
        return {}
    return {"keywords": (row.keywords or "").strip() or None, "notes": row.notes}


def _topics(tx: Read, principal: Principal, faq_ids: Sequence[int]) -> dict[int, list[NamedRef]]:
    """The help topics of each FAQ: all for agents, for others those that they may open tickets with."""
    link, topic = t.faq_topic.c, t.help_topic.c
    seen = true() if isinstance(principal, Staff) else visible_topics(principal, TopicTree(tx))
    found: dict[int, list[NamedRef]] = {faq_id: [] for faq_id in faq_ids}
    rows = tx.rows(
        select(link.faq_id, topic.topic_id, topic.topic)
        .join_from(t.faq_topic, t.help_topic, topic.topic_id == link.topic_id)
        .where(link.faq_id.in_(faq_ids), seen)
        .order_by(topic.topic_id)
    )
    for row in rows:
        found[row.faq_id].append(NamedRef(row.topic_id, row.topic))
    return found
