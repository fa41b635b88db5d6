"""Which tickets a queue holds, as SQL."""

from osticket_api.access.principal import Staff
from osticket_api.db import tables as t
from osticket_api.db.engine import Read
from osticket_api.errors import Fault, Invalid, NotAvailable
from osticket_api.features.queues.criteria.asking import Asking, Untranslatable
from osticket_api.features.queues.criteria.kinds import Condition
from osticket_api.features.queues.criteria.paths import kind_of
from osticket_api.features.queues.criteria.reading import Criterion
from osticket_api.features.queues.criteria.translating import translate
from osticket_api.features.queues.model import QUEUE, Queue, Queues

_LINKED = 0x8


def conditions_of(tx: Read, staff: Staff, queues: Queues, queue: Queue) -> list[Condition]:
    """What a ticket must meet to be in the queue. Who may see it is another matter. Source: tickets.md 8.3.3.

    Raises: Untranslatable.
    """
    found = translate(Asking(tx, staff), queues.criteria(queue))
    if queue.has(QUEUE):
        ticket = t.ticket.c
        is_top = (ticket.ticket_pid.is_(None)) | (ticket.ticket_pid == 0)
        found.append(is_top | (ticket.flags.bitwise_and(_LINKED) != 0))
    return found


def quick_filter(tx: Read, staff: Staff, queues: Queues, queue: Queue, value: str) -> Condition:
    """What a value of the queue's quick filter means. Raises: Invalid."""
    path = queues.quick_filter(queue)
    kind = kind_of(Asking(tx, staff), path) if path else None
    if path is None or kind is None:
        raise Invalid(Fault("invalid", "This queue has no quick filter.", "quick_filter"))
    for method in ("includes", "equal"):
        condition = kind(method, value)
        if condition is not None:
            return condition
    raise Invalid(Fault("invalid", f"{value} is no value of {path}.", "quick_filter"))


def not_available(error: Untranslatable) -> NotAvailable:
    """What is told about a queue that cannot be listed."""
    criterion: Criterion = error.criterion
    detail = {"field": criterion.path, "method": criterion.method, "value": criterion.value}
    message = f"This server cannot ask for {error.what}, so it cannot list this queue."
    return NotAvailable.because(message, detail={"criterion": detail})
