"""Adding, changing and deleting help topics. Source: people.md 5.1, golden cases 331 to 337, 376."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Row, delete, select, update

from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.flags import TopicFlag
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict
from osticket_api.features.filters.api import mark_filters_of, named_by_filters
from osticket_api.features.topics.checks import find_faults
from osticket_api.features.topics.flags import ARCHIVABLE
from osticket_api.features.topics.form_links import set_forms, wanted_forms
from osticket_api.features.topics.order import place_below, put_in_order
from osticket_api.features.topics.queries import get_topic
from osticket_api.features.topics.requests import FormToAsk
from osticket_api.query.resource import Resource, refuse_in_use

_COLUMNS: Final = {
    "name": "topic",
    "parent_id": "topic_pid",
    "is_public": "ispublic",
    "department_id": "dept_id",
    "priority_id": "priority_id",
    "status_id": "status_id",
    "sla_id": "sla_id",
    "staff_id": "staff_id",
    "team_id": "team_id",
    "page_id": "page_id",
    "sequence_id": "sequence_id",
    "position": "sort",
    "number_format": "number_format",
    "notes": "notes",
}
TOPICS: Final = Resource(
    "topic",
    t.help_topic,
    get_topic,
    words={column: name for name, column in _COLUMNS.items()},
)


def add_topic(tx: Write, actor: Principal, given: Mapping[str, Any]) -> int:
    """Add a topic. Returns its id. It asks the ticket form, and whatever else is given.

    Raises: Conflict for a name that is taken, Invalid.
    """
    asked = _check(tx, None, given)
    sort = {"sort": place_below(tx, given.get("parent_id"))}
    topic_id = TOPICS.insert(tx, **sort | _columns(given, TopicFlag.ACTIVE))
    set_forms(tx, topic_id, asked)
    put_in_order(tx)
    return topic_id


def edit_topic(tx: Write, actor: Principal, topic: Row[Any], given: Mapping[str, Any]) -> None:
    """Change a topic, and what hangs on it: the order of all, filters that choose it.

    Raises: Conflict for a name that is taken, Invalid.
    """
    asked = _check(tx, topic, given)
    asks_others = "forms" in given and set_forms(tx, topic.topic_id, asked)
    if asks_others:
        tx.note_effect("topic", id=topic.topic_id, forms=[form.id for form in asked])
    flags = topic.flags or 0
    columns = _columns(given, flags)
    if not TOPICS.save(tx, topic, columns, touch=asks_others):
        return
    if (columns["flags"] ^ flags) & TopicFlag.ACTIVE:
        mark_filters_of(tx, "topic", topic.topic_id, is_active=bool(columns["flags"] & TopicFlag.ACTIVE))
    if columns.keys() & {"topic", "topic_pid"}:
        put_in_order(tx)


def delete_topic(tx: Write, actor: Principal, topic: Row[Any]) -> None:
    """Delete a topic. Its tickets have none then, and topics below it come to the top.

    What osTicket leaves behind goes too: which forms it asked, and that mail to an address was about it.

    Raises: Conflict for the default topic, and while filters choose this one.
    """
    topic_id = topic.topic_id
    if topic_id == load_config(tx).number("default_help_topic"):
        raise Conflict.because("This is the default topic. Make another one the default first.", code="is_default")
    uses = {"actions of filters": named_by_filters("topic", topic_id)}
    refuse_in_use(tx, "topic", uses, "Take it out of the filters first.")
    _bring_up(tx, topic_id)
    freed = {
        "tickets": tx.change(update(t.ticket).where(t.ticket.c.topic_id == topic_id).values(topic_id=None)),
        "emails": tx.change(update(t.email).where(t.email.c.topic_id == topic_id).values(topic_id=None)),
    }
    for table in (t.faq_topic, t.help_topic_form, t.help_topic):
        tx.change(delete(table).where(table.c.topic_id == topic_id))
    tx.note_effect("topic", id=topic_id, freed=freed)


def _bring_up(tx: Write, topic_id: int) -> None:
    """Put the topics below a topic at the top. Raises: Conflict where one of that name is there."""
    topic = t.help_topic.c
    for row in tx.rows(select(topic.topic_id, topic.topic).where(topic.topic_pid == topic_id)):
        _check_name(tx, row.topic, None, but=row.topic_id)
    tx.change(update(t.help_topic).where(topic.topic_pid == topic_id).values(topic_pid=0))


def _check(tx: Write, topic: Row[Any] | None, given: Mapping[str, Any]) -> list[FormToAsk]:
    """The forms to ask. Raises: Invalid with all that is wrong, Conflict for a name that is taken."""
    before = {} if topic is None else {name: getattr(topic, column) or None for name, column in _COLUMNS.items()}
    faults = find_faults(tx, topic, given, before)
    asked = wanted_forms(tx, given.get("forms", ()), faults)
    faults.raise_if_any()
    after = {**before, **given}
    if any(after.get(name) != before.get(name) for name in ("name", "parent_id")):
        _check_name(tx, after["name"], after.get("parent_id"), but=None if topic is None else topic.topic_id)
    return asked


def _check_name(tx: Read, name: str, parent_id: int | None, but: int | None) -> None:
    siblings = t.help_topic.c.topic_pid == (parent_id or 0)
    TOPICS.check_unique(tx, "topic", name, siblings, field="name", but=but)


def _columns(given: Mapping[str, Any], flags: int) -> dict[str, Any]:
    columns = {_COLUMNS[name]: value for name, value in given.items() if name in _COLUMNS}
    if "parent_id" in given:
        columns["topic_pid"] = given["parent_id"] or 0
    if "sends_auto_response" in given:
        columns["noautoresp"] = not given["sends_auto_response"]
    if "number_format" in given:
        flags = flags | TopicFlag.CUSTOM_NUMBERS if given["number_format"] else flags & ~TopicFlag.CUSTOM_NUMBERS
    if given.get("staff_id") or given.get("team_id"):
        columns |= {name: given.get(name) for name in ("staff_id", "team_id")}
    return columns | {"flags": ARCHIVABLE.changed(flags, given)}
