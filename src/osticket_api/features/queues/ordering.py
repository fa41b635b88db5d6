"""The orders in which queues show tickets.

Source: tickets.md 8.3.4.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, String, cast, select

from osticket_api.db import tables as t
from osticket_api.db.flags import QueueFlag
from osticket_api.db.unit import Read
from osticket_api.errors import NotAvailable
from osticket_api.features.queues.model import Queue, Queues
from osticket_api.features.queues.naming import sort_of
from osticket_api.features.queues.responses import QueueSort
from osticket_api.features.tickets.api import urgency
from osticket_api.kit import php_json
from osticket_api.query.ordering import SortKey

PRIORITY: Final = "cdata__priority"
_PLAIN: Final = (
    "number", "created", "updated", "lastupdate", "closed", "reopened", "duedate", "est_duedate",
    "isoverdue", "isanswered", "ip_address",
)  # fmt: skip


def sorts_of(tx: Read, queues: Queues, queue: Queue) -> tuple[list[QueueSort], QueueSort | None]:
    """The orders that a queue offers, and the one that it begins with."""
    link, row = t.queue_sorts.c, t.queue_sort.c
    owner = queues.inherited(queue, QueueFlag.INHERITS_SORTS)[-1]
    default_id = _default_id(queues, queue)
    offered = tx.rows(
        select(t.queue_sort, link.sort.label("place"), link.queue_id)
        .select_from(t.queue_sort)
        .outerjoin(t.queue_sorts, (link.sort_id == row.id) & (link.queue_id == owner.id))
        .where((link.queue_id == owner.id) | (row.id == default_id))
        .order_by(link.sort, row.id)
    )
    known = [(_to_response(each), each.queue_id is not None) for each in offered]
    default = next((sort for sort, _ in known if sort.id == default_id), None)
    return [sort for sort, is_offered in known if is_offered], default


def _default_id(queues: Queues, queue: Queue) -> int | None:
    """The order that the agent has chosen, else the queue's default order, or that of the queue above from which it is
    inherited.
    """
    chosen = queues.setting(queue, "sort_id")
    if isinstance(chosen, int | str) and str(chosen).isdigit() and int(chosen):
        return int(chosen)
    line = reversed(queues.inherited(queue, QueueFlag.INHERITS_DEFAULT_SORT))
    return next((each.sort_id for each in line if each.sort_id), None)


def _to_response(row: Any) -> QueueSort:
    columns = php_json.decode(row.columns)
    paths = [str(each) for each in columns] if isinstance(columns, list) else []
    return QueueSort(id=row.id, name=row.name, order=paths, sort=sort_of(paths))


def keys_of(tx: Read, order: Sequence[str]) -> list[SortKey]:
    """The order by paths, `-` for descending; without any the newest first. Made total by the id.

    Raises: NotAvailable naming a path that this server cannot sort by.
    """
    keys = [_key(tx, path) for path in order or ("-created",)]
    return [*keys, SortKey("id", t.ticket.c.ticket_id, keys[-1].descending)]


def _key(tx: Read, path: str) -> SortKey:
    name = path.removeprefix("-")
    if name == PRIORITY:
        return SortKey("priority", urgency(), path.startswith("-"))
    column = _column(tx, name)
    if column is None:
        message = f"This queue is sorted by {name}, which this server does not support. Name another order with sort."
        raise NotAvailable.because(message, detail={"sort": path})
    return SortKey(name, column, path.startswith("-"))


def _column(tx: Read, name: str) -> ColumnElement[Any] | None:
    ticket, thread = t.ticket.c, t.thread.c
    if name in _PLAIN:
        return ticket[name]
    if name == "source":
        return cast(ticket.source, String(5))
    named: dict[str, tuple[Any, Any, Any]] = {
        "status__id": (t.ticket_status.c.name, t.ticket_status.c.id, ticket.status_id),
        "dept_id": (t.department.c.name, t.department.c.id, ticket.dept_id),
        "team_id": (t.team.c.name, t.team.c.team_id, ticket.team_id),
        "staff_id": (t.staff.c.firstname, t.staff.c.staff_id, ticket.staff_id),
        "assignee": (t.staff.c.firstname, t.staff.c.staff_id, ticket.staff_id),
        "topic_id": (t.help_topic.c.topic, t.help_topic.c.topic_id, ticket.topic_id),
        "sla_id": (t.sla.c.name, t.sla.c.id, ticket.sla_id),
        "user__name": (t.user.c.name, t.user.c.id, ticket.user_id),
    }
    if name in named:
        label, key, reference = named[name]
        return select(label).where(key == reference).scalar_subquery()
    if name in ("thread__lastmessage", "thread__lastresponse"):
        its = (thread.object_type == "T", thread.object_id == ticket.ticket_id)
        return select(thread[name.removeprefix("thread__")]).where(*its).limit(1).scalar_subquery()
    return None
