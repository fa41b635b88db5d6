"""Which tickets a queue holds, as SQL."""

from osticket_api.access.principal import Staff
from osticket_api.db import tables as t
from osticket_api.db.flags import QueueFlag, TicketFlag
from osticket_api.db.unit import Read
from osticket_api.errors import Fault, Invalid, NotAvailable
from osticket_api.features.queues.criteria.context import CriteriaContext, Untranslatable
from osticket_api.features.queues.criteria.kinds import Condition
from osticket_api.features.queues.criteria.paths import kind_of
from osticket_api.features.queues.criteria.reading import Criterion
from osticket_api.features.queues.criteria.translating import translate
from osticket_api.features.queues.model import Queue, Queues


def conditions_of(tx: Read, staff: Staff, queues: Queues, queue: Queue) -> list[Condition]:
    """What a ticket must meet to be in the queue. Who may see it is another matter. Source: tickets.md 8.3.3.

    Raises: Untranslatable.
    """
    found = translate(CriteriaContext(tx, staff), queues.criteria(queue))
    if queue.has(QueueFlag.QUEUE):
        ticket = t.ticket.c
        is_top = (ticket.ticket_pid.is_(None)) | (ticket.ticket_pid == 0)
        found.append(is_top | (ticket.flags.bitwise_and(TicketFlag.LINKED) != 0))
    return found


def quick_filter(tx: Read, staff: Staff, queues: Queues, queue: Queue, value: str) -> Condition:
    """What a value of the queue's quick filter means. Raises: Invalid."""
    path = queues.quick_filter(queue)
    kind = kind_of(CriteriaContext(tx, staff), path) if path else None
    if path is None or kind is None:
        raise Invalid(Fault("invalid", "This queue has no quick filter.", "quick_filter"))
    for method in ("includes", "equal"):
        condition = kind(method, value)
        if condition is not None:
            return condition
    raise Invalid(Fault("invalid", f"{value} is not a valid value of {path}.", "quick_filter"))


def not_available(error: Untranslatable) -> NotAvailable:
    """What is told about a queue that cannot be listed."""
    criterion: Criterion = error.criterion
    detail = {"field": criterion.path, "method": criterion.method, "value": criterion.value}
    message = f"This server cannot ask for {error.what}, so it cannot list this queue."
    return NotAvailable.because(message, detail={"criterion": detail})
