"""Keeping FAQs. Source: people.md 5.7, golden cases 351 to 355."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Row, delete, insert, select

from osticket_api.access.permissions import GlobalPermission
from osticket_api.access.policy import require_global
from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.flags import TopicFlag, has_flag
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Faults
from osticket_api.features.knowledge_base.queries import get_faq
from osticket_api.features.knowledge_base.visibility import NUMBERS
from osticket_api.features.rich_text.api import FAQ, attach, detach_all, store_text
from osticket_api.kit import html
from osticket_api.query.resource import Resource, check_reference
from osticket_api.search_index import index

FAQS: Final = Resource("FAQ", t.faq, get_faq)

_NO_KEYWORDS: Final = " "
"""The keywords that osTicket writes for every FAQ."""


def add_faq(
    tx: Write,
    actor: Principal,
    given: Mapping[str, Any],
    answer: str,
    topic_ids: Sequence[int] | None,
    file_ids: Sequence[int] | None,
) -> int:
    """Add an FAQ. Returns its id.

    Raises: Forbidden without `faq.manage`, Conflict for a question asked before, Invalid.
    """
    require_global(actor, GlobalPermission.faq_manage)
    _check(tx, given)
    text = store_text(tx, answer, "answer")
    faq_id = FAQS.insert(tx, answer=text.stored, **{"keywords": _NO_KEYWORDS, **_columns(given)})
    _set_topics(tx, faq_id, topic_ids)
    attach(tx, actor, FAQ, faq_id, text, file_ids)
    _index(tx, faq_id)
    return faq_id


def edit_faq(
    tx: Write,
    actor: Principal,
    faq: Row[Any],
    given: Mapping[str, Any],
    answer: str | None,
    topic_ids: Sequence[int] | None,
    file_ids: Sequence[int] | None,
) -> None:
    """Change an FAQ. Raises: as `add_faq`."""
    require_global(actor, GlobalPermission.faq_manage)
    _check(tx, given, but=faq.faq_id)
    text = None if answer is None else store_text(tx, answer, "answer")
    columns = _columns(given) | ({} if text is None else {"answer": text.stored})
    touched = [_set_topics(tx, faq.faq_id, topic_ids), attach(tx, actor, FAQ, faq.faq_id, text, file_ids)]
    if FAQS.save(tx, faq, columns, touch=any(touched)):
        _index(tx, faq.faq_id)


def delete_faq(tx: Write, actor: Principal, faq: Row[Any]) -> None:
    """Delete an FAQ with what is attached to it. Raises: Forbidden without `faq.manage`."""
    require_global(actor, GlobalPermission.faq_manage)
    remove_faqs(tx, [faq.faq_id])


def remove_faqs(tx: Write, faq_ids: Sequence[int]) -> None:
    """Take FAQs away with their topics, files and search rows."""
    detach_all(tx, FAQ, faq_ids)
    tx.change(delete(t.faq_topic).where(t.faq_topic.c.faq_id.in_(faq_ids)))
    tx.change(delete(t.faq).where(t.faq.c.faq_id.in_(faq_ids)))
    index.remove(tx, ("K", list(faq_ids)))


def _check(tx: Read, given: Mapping[str, Any], *, but: int | None = None) -> None:
    if "question" in given:
        FAQS.check_unique(tx, "question", given["question"], field="question", but=but)
    category_id = given.get("category_id")
    check_reference(tx, t.faq_category.c.category_id, category_id, field="category_id", noun="FAQ category")


def _columns(given: Mapping[str, Any]) -> dict[str, Any]:
    columns = {name: given[name] for name in ("question", "category_id", "notes") if name in given}
    if "visibility" in given:
        columns["ispublished"] = NUMBERS[given["visibility"]]
    if "keywords" in given:
        columns["keywords"] = given["keywords"] or _NO_KEYWORDS
    return columns


def _set_topics(tx: Write, faq_id: int, topic_ids: Sequence[int] | None) -> bool:
    """Let the FAQ belong to exactly these topics; None leaves them. A topic that is not in use may stay.

    Returns whether one came or went. Raises: Invalid naming those that cannot be chosen.
    """
    if topic_ids is None:
        return False
    link = t.faq_topic.c
    current, wanted = set(tx.scalars(select(link.topic_id).where(link.faq_id == faq_id))), set(topic_ids)
    _check_topics(tx, topic_ids, current)
    if current - wanted:
        tx.change(delete(t.faq_topic).where(link.faq_id == faq_id, link.topic_id.in_(sorted(current - wanted))))
    if wanted - current:
        rows = [{"faq_id": faq_id, "topic_id": topic_id} for topic_id in sorted(wanted - current)]
        tx.change(insert(t.faq_topic).values(rows))
    return current != wanted


def _check_topics(tx: Read, topic_ids: Sequence[int], current: set[int]) -> None:
    topic = t.help_topic.c
    new = sorted(set(topic_ids) - current)
    usable = set(
        tx.scalars(select(topic.topic_id).where(topic.topic_id.in_(new), has_flag(topic.flags, TopicFlag.ACTIVE)))
    )
    faults = Faults()
    for place, topic_id in enumerate(topic_ids):
        if topic_id not in usable | current:
            faults.add(f"topic_ids.{place}", f"There is no topic {topic_id} to choose.")
    faults.raise_if_any()


def _index(tx: Write, faq_id: int) -> None:
    """Write the search row: question with keywords, and the answer as text."""
    faq = t.faq.c
    row = tx.row(select(faq.question, faq.keywords, faq.answer).where(faq.faq_id == faq_id))
    assert row is not None
    title = f"{row.question} {row.keywords or ''}".strip()
    index.put(tx, "K", faq_id, title, html.to_text(row.answer))
