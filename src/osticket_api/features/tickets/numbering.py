"""How tickets are numbered."""

from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.flags import TopicFlag
from osticket_api.db.unit import Read
from osticket_api.features.sequences.api import Numbering


def ticket_numbering(tx: Read, topic_id: int | None) -> Numbering:
    """How tickets of a topic are numbered: the topic's own way, else the help desk's."""
    row = tx.prepared_row(_select_own_way(), {"topic_id": topic_id})
    if row is not None:
        return Numbering(row.number_format or "######", row.sequence_id)
    config = load_config(tx)
    return Numbering(config.text("ticket_number_format"), config.number("ticket_sequence_id") or None)


@cache
def _select_own_way() -> Select[Any]:
    topic = t.help_topic.c
    numbers_itself = topic.flags.bitwise_and(TopicFlag.CUSTOM_NUMBERS) != 0
    return select(topic.number_format, topic.sequence_id).where(topic.topic_id == bindparam("topic_id"), numbers_itself)
