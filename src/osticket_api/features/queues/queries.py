"""Reading queues, and the tickets in them."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from osticket_api.access.field_rules import hide_from
from osticket_api.access.principal import Principal, Staff
from osticket_api.db import tables as t
from osticket_api.db.flags import QueueFlag
from osticket_api.db.unit import Read
from osticket_api.errors import Forbidden, Invalid, NotFound
from osticket_api.features.queues.columns import columns_of, values_of
from osticket_api.features.queues.conditions import conditions_of, not_available, quick_filter, require_not_hidden
from osticket_api.features.queues.criteria.context import Untranslatable
from osticket_api.features.queues.criteria.kinds import METHODS, Condition
from osticket_api.features.queues.criteria.reading import Criterion
from osticket_api.features.queues.model import Queue, Queues, load_queues
from osticket_api.features.queues.ordering import keys_of, sorts_of
from osticket_api.features.queues.requests import QueueTicketsQuery
from osticket_api.features.queues.responses import Queue as Shown
from osticket_api.features.queues.responses import QueueBrief, QueueColumn, QueueCriterion
from osticket_api.features.tickets.api import TicketSummary, list_in_order, sort_columns
from osticket_api.query.ordering import SortKey, sort_keys
from osticket_api.web.paging import Labels, Page
from osticket_api.web.responses import NamedRef


def agent(principal: Principal) -> Staff:
    """Raises: Forbidden for anybody else."""
    if not isinstance(principal, Staff):
        raise Forbidden.because("This route is for agents.")
    return principal


def list_queues(tx: Read, principal: Principal) -> Page[QueueBrief]:
    """The tree of the queues and saved searches that the agent sees."""
    staff = agent(principal)
    usable = load_queues(tx, staff).usable
    shown = {queue.id: _brief(staff, queue) for queue in usable}
    roots: list[QueueBrief] = []
    for queue in usable:
        above = shown.get(queue.parent_id or 0)
        siblings = roots if above is None or queue.parent_id == queue.id else above.children
        siblings.append(shown[queue.id])
    return Page(items=roots, per_page=max(1, len(roots)), page=1, total=len(roots))


def _brief(staff: Staff, queue: Queue) -> QueueBrief:
    return QueueBrief(
        id=queue.id,
        title=queue.title,
        parent_id=queue.parent_id,
        kind=_kind(queue),
        is_public=queue.has(QueueFlag.PUBLIC),
        is_mine=queue.staff_id == staff.id,
        children=[],
    )


def _kind(queue: Queue) -> str:
    return "queue" if queue.has(QueueFlag.QUEUE) else "search"


def get_queue(tx: Read, principal: Principal, queue_id: int) -> Shown:
    """A queue that the agent sees. Raises: NotFound."""
    staff = agent(principal)
    queues = load_queues(tx, staff)
    queue = queues.get(queue_id)
    sorts, default = sorts_of(tx, queues, queue)
    obstacle = _obstacle(tx, staff, queues, queue)
    return Shown(
        id=queue.id,
        title=queue.title,
        full_name=" / ".join(each.title for each in reversed(queues.above(queue))),
        parent_id=queue.parent_id,
        kind=_kind(queue),
        is_public=queue.has(QueueFlag.PUBLIC),
        is_mine=queue.staff_id == staff.id,
        owner=_owner(tx, queue),
        criteria=[_criterion(each) for each in queues.criteria(queue)],
        own_criteria=[_criterion(each) for each in queue.criteria],
        inherits_criteria=queue.has(QueueFlag.INHERITS_CRITERIA),
        inherits_columns=queue.has(QueueFlag.INHERITS_COLUMNS),
        quick_filter=queues.quick_filter(queue),
        columns=columns_of(tx, staff, queues, queue),
        sorts=sorts,
        default_sort=default,
        is_available=obstacle is None,
        unavailable_because=obstacle,
        created_at=queue.created,
        updated_at=queue.updated,
    )


def _criterion(criterion: Criterion) -> QueueCriterion:
    method = criterion.method if criterion.method in METHODS else None
    return QueueCriterion(criterion.path, method, criterion.value)


def _owner(tx: Read, queue: Queue) -> NamedRef | None:
    staff = t.staff.c
    if queue.staff_id is None:
        return None
    row = tx.row(select(staff.firstname, staff.lastname).where(staff.staff_id == queue.staff_id))
    return None if row is None else NamedRef(queue.staff_id, f"{row.firstname} {row.lastname}".strip())


def _obstacle(tx: Read, staff: Staff, queues: Queues, queue: Queue) -> str | None:
    try:
        conditions_of(tx, staff, queues, queue)
    except Untranslatable as error:
        return str(not_available(error))
    return None


def list_queue_tickets(tx: Read, principal: Principal, queue_id: int, query: QueueTicketsQuery) -> Page[TicketSummary]:
    """The page of a queue's tickets, among those the agent's lists show, in the queue's order unless told otherwise.

    Raises: NotFound, NotAvailable naming the criterion that this server cannot ask for, Invalid.
    """
    staff = agent(principal)
    queues = load_queues(tx, staff)
    queue = queues.get(queue_id)
    narrowing = _narrowing(tx, staff, queues, queue)
    if query.quick_filter is not None:
        narrowing.append(quick_filter(tx, staff, queues, queue, query.quick_filter))
    page = list_in_order(tx, principal, query, _order(tx, queues, queue, query.sort), *narrowing)
    if query.columns:
        columns = columns_of(tx, staff, queues, queue)
        hide_from(staff, page.items)
        for ticket in page.items:
            ticket.columns = values_of(ticket, columns)
        page = replace(page, extra={**page.extra, "columns": columns}, labels=_with_headings(columns, page.labels))
    return page


def _with_headings(columns: Sequence[QueueColumn], labels: Labels | None) -> Labels:
    """Add the headings of the columns to the labels of a table."""
    headings = {str(place): column.heading for place, column in enumerate(columns)}
    return lambda tx: {**(labels(tx) if labels else {}), "columns": headings}


def tickets_in_queue(tx: Read, principal: Principal, queue_id: int) -> list[Condition]:
    """What a ticket must meet to be in a queue that the agent sees, which a parameter `queue_id` names.

    Raises: Invalid naming the parameter, NotAvailable naming the criterion that this server cannot ask for.
    """
    if not isinstance(principal, Staff):
        raise Invalid.because("Queues are for agents.", field="queue_id", code="for_agents")
    queues = load_queues(tx, principal)
    try:
        queue = queues.get(queue_id)
    except NotFound as error:
        raise Invalid.because(str(error), field="queue_id") from None
    return _narrowing(tx, principal, queues, queue)


def _narrowing(tx: Read, staff: Staff, queues: Queues, queue: Queue) -> list[Condition]:
    if queue.staff_id == staff.id:
        require_not_hidden(staff, {each.path: "queue_id" for each in queue.criteria})
    try:
        return conditions_of(tx, staff, queues, queue)
    except Untranslatable as error:
        raise not_available(error) from None


def _order(tx: Read, queues: Queues, queue: Queue, asked: str) -> list[SortKey]:
    if asked:
        return sort_keys(asked, sort_columns())
    _, default = sorts_of(tx, queues, queue)
    return keys_of(tx, default.order if default else ())
