"""Checks of help topics. Source: people.md 5.1."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Row

from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.flags import TopicFlag
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Faults
from osticket_api.features.topics.flags import ARCHIVABLE
from osticket_api.features.topics.order import is_by_name
from osticket_api.kit.tree import Tree
from osticket_api.query.choices import (
    AGENT,
    DEPARTMENT,
    PRIORITY,
    SEQUENCE,
    SLA,
    STATUS,
    TEAM,
    THANKS,
    check_choices,
    check_parent,
)
from osticket_api.query.resource import locked_rows

_CHOICES: Final = {
    "department_id": DEPARTMENT,
    "priority_id": PRIORITY,
    "status_id": STATUS,
    "sla_id": SLA,
    "staff_id": AGENT,
    "team_id": TEAM,
    "page_id": THANKS,
    "sequence_id": SEQUENCE,
}
_EXCLUDE_EACH_OTHER: Final = (("is_archived", "is_active"), ("team_id", "staff_id"))


def find_faults(tx: Write, topic: Row[Any] | None, given: Mapping[str, Any], before: Mapping[str, Any]) -> Faults:
    """Find all faults of the given properties of a topic, or of a new one. Values that are as `before` may stay."""
    faults = Faults()
    chosen = {name: value for name, value in given.items() if name not in before or value != before[name]}
    topics = locked_rows(tx, t.help_topic)
    check_choices(tx, _CHOICES, chosen, faults)
    tree = Tree((row.topic_id, row.topic_pid, row.topic) for row in topics)
    check_parent(tree, None if topic is None else topic.topic_id, chosen.get("parent_id"), "topic", faults)
    for one, other in _EXCLUDE_EACH_OTHER:
        if given.get(one) and given.get(other):
            faults.add(one, f"{one} and {other} exclude each other.")
    if "position" in chosen and is_by_name(tx):
        faults.add(
            "position",
            "This help desk sorts topics by name (help_topic_sort_mode), so they have no position.",
            code="sorted",
        )
    _check_numbers(topic, given, faults)
    if topic is not None:
        _check_offer(tx, topic, given, topics, faults)
    return faults


def _check_numbers(topic: Row[Any] | None, given: Mapping[str, Any], faults: Faults) -> None:
    has_format = topic is not None and bool((topic.flags or 0) & TopicFlag.CUSTOM_NUMBERS)
    if given.get("sequence_id") and not given.get("number_format", has_format):
        faults.add("sequence_id", "A sequence needs a number_format, whose digits come from the sequence.")


def _check_offer(
    tx: Read, topic: Row[Any], given: Mapping[str, Any], topics: Sequence[Row[Any]], faults: Faults
) -> None:
    """Check that users can always choose a topic, and that the default topic is among them."""
    others = [row for row in topics if row.topic_id != topic.topic_id]
    if given.get("is_public") is False and not any(row.ispublic for row in others):
        faults.add("is_public", "This is the last public topic.", code="last_topic")
    if not (topic.flags or 0) & TopicFlag.ACTIVE or ARCHIVABLE.changed(topic.flags, given) & TopicFlag.ACTIVE:
        return
    name = "is_archived" if given.get("is_archived") else "is_active"
    if topic.topic_id == load_config(tx).number("default_help_topic"):
        faults.add(name, "The default topic has to be in use.", code="is_default")
    elif not any((row.flags or 0) & TopicFlag.ACTIVE for row in others):
        faults.add(name, "This is the last topic in use.", code="last_topic")
