"""Reading help topics."""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, Select, select

from osticket_api.access.principal import Principal, Staff
from osticket_api.access.structure import TopicTree, visible_topics
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.flags import FormFlag, TopicFlag, has_flag
from osticket_api.db.unit import Read
from osticket_api.errors import NotFound
from osticket_api.features.forms import api as forms
from osticket_api.features.staff.api import full_name
from osticket_api.features.topics.flags import ARCHIVABLE
from osticket_api.features.topics.requests import TopicQuery
from osticket_api.features.topics.responses import AskedForm, Topic
from osticket_api.query.listing import Listing
from osticket_api.query.ordering import sort_keys
from osticket_api.query.small_lists import matching, named, read_page
from osticket_api.web.paging import Page
from osticket_api.web.responses import StaffRef


def list_topics(tx: Read, principal: Principal, query: TopicQuery, *narrowing: ColumnElement[bool]) -> Page[Topic]:
    """The page of topics that the query asks for, among those the caller may see. Raises: Invalid."""
    topic = t.help_topic.c
    columns = {
        "id": topic.topic_id,
        "name": topic.topic,
        "position": topic.sort,
        "created_at": topic.created,
        "updated_at": topic.updated,
    }
    tree = TopicTree(tx)
    wanted = [visible_topics(principal, tree), *matching(query, topic.topic, has_flag(topic.flags, TopicFlag.ACTIVE))]
    listing = Listing(principal, query, topic.topic_id, sort_keys(query.sort, columns), wanted, narrowing)
    return read_page(tx, listing, _select_topics(), lambda rows: _to_response(tx, principal, tree, rows))


def get_topic(tx: Read, principal: Principal, topic_id: int) -> Topic:
    """A topic the caller may see. Raises: NotFound."""
    tree = TopicTree(tx)
    rows = tx.rows(_select_topics().where(t.help_topic.c.topic_id == topic_id, visible_topics(principal, tree)))
    if not rows:
        raise _missing(topic_id)
    return _to_response(tx, principal, tree, rows)[0]


def get_form(tx: Read, principal: Principal, topic_id: int) -> forms.FormSchema:
    """What a ticket of this topic asks the caller. Raises: NotFound for a topic the caller may not see."""
    topic = t.help_topic.c
    visible = visible_topics(principal, TopicTree(tx))
    if tx.scalar(select(topic.topic_id).where(topic.topic_id == topic_id, visible)) is None:
        raise _missing(topic_id)
    audience: forms.Audience = "staff" if isinstance(principal, Staff) else "client"
    return msgspec.convert(forms.topic_schema(tx, principal, topic_id, audience), forms.FormSchema)


def _missing(topic_id: int) -> NotFound:
    return NotFound.because(f"There is no topic {topic_id}.")


def _select_topics() -> Select[Any]:
    topic = t.help_topic.c
    return (
        select(
            t.help_topic, t.department.c.name.label("department_name"), t.ticket_priority.c.priority_desc,
            t.ticket_status.c.name.label("status_name"), t.sla.c.name.label("sla_name"),
            t.staff.c.username, t.staff.c.firstname, t.staff.c.lastname, t.team.c.name.label("team_name"),
        )
        .select_from(t.help_topic)
        .outerjoin(t.department, t.department.c.id == topic.dept_id)
        .outerjoin(t.ticket_priority, t.ticket_priority.c.priority_id == topic.priority_id)
        .outerjoin(t.ticket_status, t.ticket_status.c.id == topic.status_id)
        .outerjoin(t.sla, t.sla.c.id == topic.sla_id)
        .outerjoin(t.staff, t.staff.c.staff_id == topic.staff_id)
        .outerjoin(t.team, t.team.c.team_id == topic.team_id)
    )  # fmt: skip


def _to_response(tx: Read, principal: Principal, tree: TopicTree, rows: Sequence[Row[Any]]) -> list[Topic]:
    if not isinstance(principal, Staff):
        return [Topic(**_for_everybody(tree, row)) for row in rows]
    asked = _forms(tx, [row.topic_id for row in rows])
    default_id = load_config(tx).number("default_help_topic")
    topics = [
        Topic(
            **_for_everybody(tree, row),
            **_for_agents(row),
            is_default=row.topic_id == default_id,
            form_ids=[form.id for form in asked[row.topic_id]],
            forms=asked[row.topic_id],
        )
        for row in rows
    ]
    if principal.is_admin:
        topics = [msgspec.structs.replace(topic, notes=row.notes) for topic, row in zip(topics, rows, strict=True)]
    return topics


def _for_everybody(tree: TopicTree, row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.topic_id,
        "name": row.topic,
        "full_name": tree.hierarchy.full_name(row.topic_id),
        "parent_id": row.topic_pid or None,
        "position": row.sort,
    }


def _for_agents(row: Row[Any]) -> dict[str, Any]:
    flags = row.flags or 0
    return {
        "is_public": row.ispublic,
        **ARCHIVABLE.read(flags),
        "department": named(row.dept_id, row.department_name),
        "priority": named(row.priority_id, row.priority_desc),
        "status": named(row.status_id, row.status_name),
        "sla": named(row.sla_id, row.sla_name),
        "staff": None if row.username is None else StaffRef(row.staff_id, full_name(row), row.username),
        "team": named(row.team_id, row.team_name),
        "sends_auto_response": not row.noautoresp,
        "number_format": (row.number_format or None) if flags & TopicFlag.CUSTOM_NUMBERS else None,
        "sequence_id": row.sequence_id if flags & TopicFlag.CUSTOM_NUMBERS else None,
        "page_id": row.page_id,
        "created_at": row.created,
        "updated_at": row.updated,
    }


def _forms(tx: Read, topic_ids: Collection[int]) -> dict[int, list[AskedForm]]:
    link = t.help_topic_form.c
    found: dict[int, list[AskedForm]] = {topic_id: [] for topic_id in topic_ids}
    columns = (link.topic_id, link.form_id, link.extra)
    asked = (
        select(*columns)
        .join(t.form, t.form.c.id == link.form_id)
        .where(link.topic_id.in_(list(topic_ids)), ~has_flag(t.form.c.flags, FormFlag.DELETED))
        .order_by(link.sort, link.id)
    )
    for row in tx.rows(asked):
        found[row.topic_id].append(AskedForm(row.form_id, list(forms.disabled_fields(row.extra))))
    return found
