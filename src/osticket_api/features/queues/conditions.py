"""Which tickets a queue holds, as SQL."""

from collections.abc import Mapping

from osticket_api.access.field_rules import limits_anywhere
from osticket_api.access.principal import Staff
from osticket_api.db import tables as t
from osticket_api.db.flags import QueueFlag, TicketFlag
from osticket_api.db.unit import Read
from osticket_api.errors import Fault, Forbidden, Invalid, NotAvailable
from osticket_api.features.queues.criteria.context import CriteriaContext, Untranslatable
from osticket_api.features.queues.criteria.kinds import Condition
from osticket_api.features.queues.criteria.paths import kind_of
from osticket_api.features.queues.criteria.reading import Criterion
from osticket_api.features.queues.criteria.translating import translate
from osticket_api.features.queues.model import Queue, Queues
from osticket_api.features.queues.naming import named


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


def require_not_hidden(staff: Staff, paths: Mapping[str, str]) -> None:
    """Refuse criteria of an agent's own search about fields that are hidden from the agent, who would find out their
    values.

    `paths`: by osTicket's path, the field of the request that it came from. Raises: Forbidden naming those.
    """
    hidden = {parameter: path for path, parameter in paths.items() if _is_hidden(staff, path)}
    if hidden:
        faults = (Fault("field_not_allowed", f"{path} is hidden from you.", name) for name, path in hidden.items())
        raise Forbidden(*faults)


def _is_hidden(staff: Staff, path: str) -> bool:
    found = named(path)
    if found is None:
        return False
    field, _, part = found.name.partition(".")
    of_user = field == "user" and limits_anywhere(staff, "user").hides(part)
    fields = ("staff", "team") if field == "assignee" else (found.name, field)
    limits = limits_anywhere(staff, "ticket")
    return of_user or any(limits.hides(each) for each in fields)


def quick_filter(tx: Read, staff: Staff, queues: Queues, queue: Queue, value: str) -> Condition:
    """What a value of the queue's quick filter means. Raises: Invalid."""
    path = queues.quick_filter(queue)
    require_not_hidden(staff, {path: "quick_filter"} if path else {})
    kind = kind_of(CriteriaContext(tx, staff), path) if path else None
    if path is None or kind is None:
        raise Invalid(Fault("invalid", "This queue has no quick filter.", "quick_filter"))
    for method in ("includes", "equal"):
        condition = kind(method, value)
        if condition is not None:
            return condition
    raise Invalid(Fault("invalid", f"{value} is not a valid value of {path}.", "quick_filter"))


def not_available(error: Untranslatable) -> NotAvailable:
    """The error for a queue that cannot be listed."""
    criterion: Criterion = error.criterion
    detail = {"field": criterion.path, "method": criterion.method, "value": criterion.value}
    message = f"This server cannot list this queue, because it does not support {error.what}."
    return NotAvailable.because(message, detail={"criterion": detail})
