"""The order of topics: by hand, or by their full names, as the help desk's settings say. Source: people.md 5.1."""

from typing import Final

from sqlalchemy import bindparam, select, update

from osticket_api.access.structure import TopicTree
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.unit import Read, Write

_BY_NAME: Final = "a"


def is_by_name(tx: Read) -> bool:
    return load_config(tx).text("help_topic_sort_mode") == _BY_NAME


def place_below(tx: Read, parent_id: int | None) -> int:
    """The place of a new topic, where none is given."""
    above = tx.scalar(select(t.help_topic.c.sort).where(t.help_topic.c.topic_id == parent_id)) if parent_id else None
    return 0 if above is None else above + 1


def put_in_order(tx: Write) -> None:
    """Number all topics by their full names. osTicket goes by the names they had before, one change behind."""
    if not is_by_name(tx):
        return
    topic = t.help_topic
    tree = TopicTree(tx).hierarchy
    sorts = {row.topic_id: row.sort for row in tx.rows(select(topic.c.topic_id, topic.c.sort))}
    in_order = sorted(sorts, key=lambda each: (tree.full_name(each).casefold(), each))
    moved = [{"row": each, "new": place} for place, each in enumerate(in_order, 1) if sorts[each] != place]
    if moved:
        tx.change(update(topic).where(topic.c.topic_id == bindparam("row")).values(sort=bindparam("new")), moved)
