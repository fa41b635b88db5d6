"""How many tickets are in each queue."""

from typing import Final

from sqlalchemy import Select, and_, func, literal, select, union_all

from osticket_api.access.principal import Principal, Staff
from osticket_api.access.scope import listed_tickets, tickets_of_departments, view_of
from osticket_api.db import tables as t
from osticket_api.db.caches import QUEUE_COUNTS
from osticket_api.db.unit import Read
from osticket_api.features.queues.conditions import conditions_of
from osticket_api.features.queues.criteria.context import Untranslatable
from osticket_api.features.queues.criteria.kinds import Condition
from osticket_api.features.queues.criteria.translating import KEYWORDS
from osticket_api.features.queues.model import Queue, Queues, load_queues
from osticket_api.features.queues.queries import agent
from osticket_api.features.queues.responses import QueueCount
from osticket_api.web.paging import Page

MOST: Final = 1000
"""How many tickets of a queue are counted at most: navigations show no more."""
_MOST_QUEUES: Final = 100


def count_queues(tx: Read, principal: Principal) -> Page[QueueCount]:
    """The counts of all queues that the agent sees, some seconds old at most. Source: tickets.md 8.3.3.

    All are asked for in two statements, and none of them counts beyond `MOST`: first among the tickets of the agent's
    departments, and where these are fewer, among all that they see. Searches by words are not counted, as in osTicket.
    """
    staff = agent(principal)
    counts = tx.cached(QUEUE_COUNTS, view_of(principal), lambda: _counted(tx, staff))
    return Page(items=counts, per_page=max(1, len(counts)), page=1, total=len(counts))


def _counted(tx: Read, staff: Staff) -> list[QueueCount]:
    queues = load_queues(tx, staff)
    usable = queues.usable[:_MOST_QUEUES]
    asked = {queue.id: found for queue in usable if (found := _conditions(tx, staff, queues, queue)) is not None}
    counts = _found(tx, tickets_of_departments(staff), asked)
    fewer = {queue_id: conditions for queue_id, conditions in asked.items() if counts[queue_id] <= MOST}
    counts |= _found(tx, listed_tickets(staff), fewer)
    return [_to_response(queue, counts.get(queue.id)) for queue in usable]


def _found(tx: Read, scope: Condition, asked: dict[int, list[Condition]]) -> dict[int, int]:
    """How many of these tickets each queue holds, up to one more than `MOST`."""
    if not asked:
        return {}
    each = (_count(queue_id, and_(scope, *conditions)) for queue_id, conditions in asked.items())
    return {row.queue: row.found for row in tx.rows(union_all(*each))}


def _conditions(tx: Read, staff: Staff, queues: Queues, queue: Queue) -> list[Condition] | None:
    """The conditions of a queue; None where this server cannot list it, or counting would cost too much."""
    if any(criterion.path == KEYWORDS for criterion in queues.criteria(queue)):
        return None
    try:
        return conditions_of(tx, staff, queues, queue)
    except Untranslatable:
        return None


def _count(queue_id: int, condition: Condition) -> Select[int, int]:
    some = select(literal(1).label("one")).select_from(t.ticket).where(condition).limit(MOST + 1).subquery()
    return select(literal(queue_id).label("queue"), func.count().label("found")).select_from(some)


def _to_response(queue: Queue, found: int | None) -> QueueCount:
    count = None if found is None else min(found, MOST)
    return QueueCount(queue.id, queue.title, count, found is not None and found > MOST)
