"""Help topics over HTTP."""

from typing import Annotated

from starlette.responses import Response

from osticket_api.access.rules import ADMINISTRATOR, SIGNED_IN
from osticket_api.features.topics.queries import get_form, get_topic, list_topics
from osticket_api.features.topics.schemas import TopicCreate, TopicQuery, TopicUpdate
from osticket_api.features.topics.setup import TOPICS, add_topic, delete_topic, edit_topic
from osticket_api.features.topics.shapes import FormSchema, Topic
from osticket_api.web.call import CallDependency
from osticket_api.web.fields import select_fields
from osticket_api.web.input import PathId, payload, query
from osticket_api.web.paging import Page
from osticket_api.web.router import Router

router = Router(tag="topics", prefix="/topics")


@router.read("", access=SIGNED_IN, returns=Page[Topic])
async def get_topics(call: CallDependency, query: Annotated[TopicQuery, query(TopicQuery)]) -> Response:
    """The help topics. `parent_id` makes a tree of them. Users see those they may open tickets with."""
    page = await call.read(list_topics, query)
    return call.listed(page, select_fields(page.items, Topic, query.fields))


@router.read("/{topic}", access=SIGNED_IN, returns=Topic)
async def get_topic_detail(call: CallDependency, topic: PathId) -> Response:
    """A help topic."""
    return call.one(await call.read(get_topic, topic))


@router.read("/{topic}/form", access=SIGNED_IN, returns=FormSchema)
async def get_topic_form(call: CallDependency, topic: PathId) -> Response:
    """What a ticket of this topic asks the caller, as JSON Schema: choices, requirements, order.

    A property with `x-built-in` is a field of the ticket itself; all others go into `custom_fields`.
    """
    return call.one(await call.read(get_form, topic))


@router.create("", access=ADMINISTRATOR, returns=Topic)
async def post_topic(call: CallDependency, body: Annotated[TopicCreate, payload(TopicCreate)]) -> Response:
    """Add a help topic."""
    return await TOPICS.create(call, add_topic, body.given())


@router.update("/{topic}", access=ADMINISTRATOR, returns=Topic)
async def update_topic(
    call: CallDependency, topic: PathId, body: Annotated[TopicUpdate, payload(TopicUpdate)]
) -> Response:
    """Change a help topic. `forms` are given as a whole; the ticket form stays among them."""
    return await TOPICS.change(call, topic, edit_topic, body.given())


@router.remove("/{topic}", access=ADMINISTRATOR)
async def delete_topic_route(call: CallDependency, topic: PathId) -> Response:
    """Delete a help topic. Its tickets have none then, and topics below it come to the top.

    409 for the default topic, and while filters choose it.
    """
    return await TOPICS.remove(call, topic, delete_topic)
