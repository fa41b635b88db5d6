"""Help topics over HTTP."""

from osticket_api.access.gate import admit_visitor
from osticket_api.access.principal import Principal, Staff
from osticket_api.access.rules import ADMINISTRATOR, PORTAL
from osticket_api.db.unit import Read, Write
from osticket_api.features.forms.api import FormSchema
from osticket_api.features.topics.queries import get_form, get_topic, list_topics
from osticket_api.features.topics.requests import TopicCreate, TopicQuery, TopicUpdate
from osticket_api.features.topics.responses import Topic
from osticket_api.features.topics.service import TOPICS, add_topic, delete_topic, edit_topic
from osticket_api.web.input import PathId
from osticket_api.web.paging import Page
from osticket_api.web.results import Created
from osticket_api.web.router import Router

router = Router(tag="topics", prefix="/topics")


@router.get("", access=PORTAL)
def get_topics(unit: Read, caller: Principal, query: TopicQuery) -> Page[Topic]:
    """The help topics. `parent_id` makes a tree of them. Users and visitors see those they may open tickets with."""
    admit_visitor(unit, caller)
    return list_topics(unit, caller, query)


@router.get("/{topic}", access=PORTAL)
def get_topic_detail(unit: Read, caller: Principal, topic: PathId) -> Topic:
    """A help topic."""
    admit_visitor(unit, caller)
    return get_topic(unit, caller, topic)


@router.get("/{topic}/form", access=PORTAL)
def get_topic_form(unit: Read, caller: Principal, topic: PathId) -> FormSchema:
    """The form that the caller fills in for a ticket of this topic, as JSON Schema: choices, requirements, order.

    A property with `x-built-in` is a field of the ticket itself; all others go into `custom_fields`.
    """
    admit_visitor(unit, caller)
    return get_form(unit, caller, topic)


@router.post("", access=ADMINISTRATOR)
def post_topic(unit: Write, caller: Staff, body: TopicCreate) -> Created[Topic]:
    """Add a help topic."""
    topic_id = add_topic(unit, caller, body.given())
    return Created(TOPICS.get(unit, caller, topic_id))


@router.patch("/{topic}", access=ADMINISTRATOR)
def update_topic(unit: Write, caller: Staff, topic: PathId, body: TopicUpdate) -> Topic:
    """Change a help topic. `forms` are given as a whole; the ticket form stays among them."""
    edit_topic(unit, caller, TOPICS.get_for_update(unit, caller, topic), body.given())
    return TOPICS.get(unit, caller, topic)


@router.delete("/{topic}", access=ADMINISTRATOR)
def delete_topic_route(unit: Write, caller: Staff, topic: PathId) -> None:
    """Delete a help topic. Its tickets have none then, and topics below it come to the top.

    409 for the default topic, and while filters choose it.
    """
    delete_topic(unit, caller, TOPICS.get_for_update(unit, caller, topic))
    TOPICS.note_deleted(unit, topic)
