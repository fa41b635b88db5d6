"""How tickets belong together: the parent's id on the child, and flags on both that tell links from merges.

Source: tickets.md 4.11.1.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, exists, func, or_, select

from osticket_api.access.principal import Principal
from osticket_api.access.scope import reachable_ticket
from osticket_api.db import tables as t
from osticket_api.db.flags import TicketFlag
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict, Faults
from osticket_api.events.recording import record
from osticket_api.features.tickets.reference import missing, named
from osticket_api.features.tickets.state import TicketState, load_ticket, save

RELATED = TicketFlag.MERGED | TicketFlag.LINKED | TicketFlag.PARENT

Known = Mapping[int, TicketState]
"""The tickets at hand by id: they are not loaded a second time, so that none says less than was written."""


def is_merged_child(ticket: TicketState) -> bool:
    return ticket.thread_kind == "C" or (ticket.parent_id is not None and ticket.flags & TicketFlag.MERGED != 0)


def refuse_on_merged_child(tx: Write, ticket: TicketState) -> None:
    """Refuse changes to a ticket that was merged into another one. Raises: Conflict naming the other ticket."""
    parent = find_parent(tx, ticket) if is_merged_child(ticket) else None
    if parent is not None:
        message = f"This ticket was merged into #{parent.number}; write there."
        detail = {"parent": {"id": parent.id, "number": parent.number}}
        raise Conflict.because(message, code="merged", detail=detail)


def is_merge_parent(ticket: TicketState) -> bool:
    return ticket.flags & TicketFlag.PARENT != 0 and ticket.flags & TicketFlag.MERGED != 0


def find_parent(tx: Write, ticket: TicketState, known: Known | None = None) -> TicketState | None:
    """The parent; None for the id of a ticket that does not exist, as other programs leave behind."""
    found = _load(tx, select(t.ticket.c.ticket_id).where(t.ticket.c.ticket_id == ticket.parent_id), known)
    return found[0] if found else None


def list_children(tx: Write, ticket: TicketState, known: Known | None = None) -> list[TicketState]:
    """The children in their order."""
    child = t.ticket.c
    ids = select(child.ticket_id).where(child.ticket_pid == ticket.id).order_by(child.sort, child.ticket_id)
    return _load(tx, ids, known)


def _load(tx: Write, ids: Select[Any], known: Known | None) -> list[TicketState]:
    return [(known or {}).get(ticket_id) or load_ticket(tx, ticket_id) for ticket_id in tx.scalars(ids)]


def next_sort(tx: Read, parent: TicketState) -> int:
    """The place behind the last child."""
    last = tx.scalar(select(func.max(t.ticket.c.sort)).where(t.ticket.c.ticket_pid == parent.id))
    return max(last or 0, 0) + 1


def tell_both(tx: Write, actor: Principal, name: str, first: TicketState, second: TicketState) -> None:
    """An event on each of two tickets, which names the other one."""
    for ticket, other in ((first, second), (second, first)):
        record(tx, name, ticket.subject, actor, data={"ticket": f"Ticket #{other.number}", "id": other.id})


def leave_parent(tx: Write, child: TicketState) -> None:
    """Detach a child from its parent. Marks about children of its own stay."""
    _set_relation(tx, child, parent_id=None, sort=1)


def forget_children(tx: Write, parent: TicketState) -> None:
    """Take the marks of a parent from a ticket that has lost its last child."""
    _set_relation(tx, parent)


def _set_relation(tx: Write, ticket: TicketState, **changes: Any) -> None:
    flags = ticket.flags
    if not tx.scalar(select(exists().where(t.ticket.c.ticket_pid == ticket.id))):
        flags &= ~TicketFlag.PARENT
    if not flags & TicketFlag.PARENT and changes.get("parent_id", ticket.parent_id) is None:
        flags &= ~RELATED
    save(tx, ticket, flags=flags, **changes)


def get_others(
    tx: Write, principal: Principal, reference: str, references: Sequence[str], field: str = "tickets.{place}"
) -> list[TicketState]:
    """The tickets that a request names beside the one it is about, each once.

    All of them are locked in the order of their ids, so that no two requests wait for each other.
    Raises: NotFound for the one it is about, Invalid naming each of the others that is not there for the caller.
    """
    wanted = or_(*(named(each) for each in (reference, *references)))
    ticket = t.ticket.c
    visible = select(ticket.ticket_id, ticket.number).where(wanted, reachable_ticket(principal))
    rows = tx.rows(visible.order_by(ticket.ticket_id))
    ids = {_key(key): row.ticket_id for row in reversed(rows) for key in (str(row.ticket_id), f"number:{row.number}")}
    if _key(reference) not in ids:
        raise missing(reference)
    faults = Faults()
    for place, each in enumerate(references):
        if _key(each) not in ids:
            faults.add(field.format(place=place), f"There is no ticket {each[:80]}.")
    faults.raise_if_any()
    hold(tx, list(ids.values()))
    return [load_ticket(tx, ticket_id) for ticket_id in dict.fromkeys(ids[_key(each)] for each in references)]


def _key(reference: str) -> str:
    """Numbers are found in upper and lower case, and ids with zeros before them."""
    return reference.lstrip("0").casefold()


def hold(tx: Write, ticket_ids: Sequence[int]) -> None:
    """Lock tickets in the order of their ids."""
    ticket_id = t.ticket.c.ticket_id
    tx.rows(select(ticket_id).where(ticket_id.in_(ticket_ids)).order_by(ticket_id).with_for_update())


def hold_family(tx: Write, principal: Principal, reference: str) -> None:
    """Lock a ticket together with its parent and its children. Raises: NotFound."""
    ticket = t.ticket.c
    own = select(ticket.ticket_id, ticket.ticket_pid).where(named(reference), reachable_ticket(principal))
    row = tx.row(own)
    if row is None:
        raise missing(reference)
    children = tx.scalars(select(ticket.ticket_id).where(ticket.ticket_pid == row.ticket_id))
    hold(tx, [row.ticket_id, *children, row.ticket_pid or 0])
