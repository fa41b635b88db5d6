"""Which events a caller hears: decided when they are delivered, many at once."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, select

from osticket_api.access.field_rules import ANYWHERE, Where
from osticket_api.access.knowledge import readable_canned_responses, readable_faqs
from osticket_api.access.permissions import GlobalPermission
from osticket_api.access.principal import Principal, Staff, User
from osticket_api.access.reading import may_read
from osticket_api.access.scope import reachable_task, reachable_ticket, saw_ticket
from osticket_api.db import tables as t
from osticket_api.db.flags import FieldFlag
from osticket_api.db.unit import Read
from osticket_api.events.catalogue import CATALOGUE, Audience
from osticket_api.events.feed import events_between, last_number
from osticket_api.events.messages import (
    FeedEvent,
    answers_in,
    for_user,
    narrowed,
    to_message,
    without_agent,
    without_content,
)
from osticket_api.events.selecting import Selection, Sorted, among, sort_by_queue
from osticket_api.kit import php_json

_INTERNAL_ENTRIES: Final = ("N",)
_UNKNOWN: Final = Audience.agents
_CHANGES_STATUS: Final = frozenset({"ticket.closed", "ticket.status_changed", "ticket.merged"})
"""What takes a ticket out of the sight of an agent who sees it as long as it is open and theirs."""


def heard_by(tx: Read, principal: Principal, rows: Sequence[Row[Any]]) -> list[FeedEvent]:
    """The events among these that the caller may hear, as they may hear them."""
    sight = _Sight(tx, principal, rows)
    return [event for row in rows if (event := sight.seen(row)) is not None]


class _Sight:
    """What a caller may see of the subjects of some events."""

    def __init__(self, tx: Read, principal: Principal, rows: Sequence[Row[Any]]) -> None:
        self._tx = tx
        self._principal = principal
        self._rows = rows
        self._tickets = self._reachable_tickets({row.ticket_id for row in rows if row.kind == "ticket"})
        self._others = {
            kind: self._reachable(kind, {row.subject_id for row in rows if row.kind == kind})
            for kind in ("task", "canned_response", "faq")
        }

    def seen(self, row: Row[Any]) -> FeedEvent | None:
        event = self._heard(row)
        return None if event is None else narrowed(self._principal, event, _department_of(row))

    def _heard(self, row: Row[Any]) -> FeedEvent | None:
        audience = CATALOGUE[row.type].audience if row.type in CATALOGUE else _UNKNOWN
        if audience in (Audience.ticket, Audience.ticket_agents):
            return self._seen_of_ticket(row, audience)
        if not self._may_hear(row, audience) or not self._key_allows(row.kind):
            return None
        event = to_message(row)
        return without_agent(event) if isinstance(self._principal, User) else event

    def _key_allows(self, kind: str) -> bool:
        """Whether an agent's key lets them read what the event is about."""
        return may_read(self._principal, _READ_AT.get(kind, f"{kind}s"))

    def _seen_of_ticket(self, row: Row[Any], audience: Audience) -> FeedEvent | None:
        recorded = php_json.decode(row.audience) or {}
        is_gone = row.type == "ticket.deleted"
        if row.subject_id in self._tickets or (is_gone and saw_ticket(self._principal, recorded)):
            return self._event_for_caller(row, audience)
        was = recorded.get("was") or {}
        if (was or row.type in _CHANGES_STATUS) and saw_ticket(self._principal, {**recorded, **was}):
            return without_content(to_message(row))
        return None

    def _event_for_caller(self, row: Row[Any], audience: Audience) -> FeedEvent | None:
        event = to_message(row)
        if not isinstance(self._principal, User):
            return event
        is_internal = event.details.get("entry_type") in _INTERNAL_ENTRIES
        if is_internal or audience is Audience.ticket_agents:
            return None
        return for_user(event, self._shown_fields)

    @cached_property
    def _shown_fields(self) -> Collection[str]:
        """Which of the fields that these events tell of users see. The portal shows no priority."""
        if not isinstance(self._principal, User):
            return ()
        field = t.form_field.c
        named = {id for row in self._rows for id in answers_in(php_json.decode(row.details) or {})}
        shown = (field.flags.bitwise_and(FieldFlag.CLIENT_VIEW) != 0, field.type != "priority")
        return {str(id) for id in _among(self._tx, field.id, [int(id) for id in named if id.isdigit()], and_(*shown))}

    def _may_hear(self, row: Row[Any], audience: Audience) -> bool:
        staff = self._principal
        if audience is Audience.readers and isinstance(staff, User):
            return row.subject_id in self._others["faq"]
        if not isinstance(staff, Staff):
            return False
        if audience is Audience.task:
            return row.subject_id in self._others["task"] or _task_was_theirs(staff, row)
        if audience is Audience.canned_responses:
            return row.subject_id in self._others["canned_response"] or row.type.endswith(".deleted")
        if row.kind == "staff" and row.subject_id == staff.id:
            return True
        if audience is Audience.departments:
            return staff.sees_all_departments or row.subject_id in staff.department_ids
        needed = _PERMISSIONS.get(audience)
        return needed is None or staff.may(needed)

    def _reachable_tickets(self, ids: Collection[int]) -> Collection[int]:
        return _among(self._tx, t.ticket.c.ticket_id, ids, reachable_ticket(self._principal))

    def _reachable(self, kind: str, ids: Collection[int]) -> Collection[int]:
        column, visible = _VISIBLE[kind]
        return _among(self._tx, column, ids, visible(self._tx, self._principal)) if ids else ()


_READ_AT: Final = {
    "staff": "staff",
    "canned_response": "canned-responses",
    "faq_category": "faq-categories",
    "sla": "slas",
    "status": "statuses",
    "list_item": "lists",
}
"""Where the API shows the subjects of events, where that is not their kind with an s."""
_PERMISSIONS: Final = {
    Audience.directory: GlobalPermission.user_dir,
    Audience.colleagues: GlobalPermission.visibility_agents,
}
_VISIBLE: Final[dict[str, tuple[Any, Callable[[Read, Principal], ColumnElement[bool]]]]] = {
    "task": (t.task.c.id, lambda _, principal: reachable_task(principal)),
    "canned_response": (t.canned_response.c.canned_id, lambda _, principal: readable_canned_responses(principal)),
    "faq": (t.faq.c.faq_id, readable_faqs),
}


def _among(tx: Read, column: Any, ids: Collection[int], visible: ColumnElement[bool]) -> Collection[int]:
    if not ids:
        return ()
    return frozenset(tx.scalars(select(column).where(column.in_(sorted(ids)), visible)))


def in_sight(
    tx: Read, principal: Principal, ticket_ids: Collection[int], wanted: Selection
) -> tuple[list[int], datetime]:
    """Those of some tickets of which the caller may hear what is among agents, and when that was so."""
    if isinstance(principal, User):
        return [], tx.now
    conditions = [reachable_ticket(principal), *(wanted.conditions(tx, principal) or ())]
    return sorted(among(tx, ticket_ids, conditions)), tx.now


def _department_of(row: Row[Any]) -> Where:
    """The department in which the subject of an event was then."""
    recorded: dict[str, Any] = php_json.decode(row.audience) or {}
    where: Where = recorded.get("department_id", ANYWHERE)
    return where


def _task_was_theirs(staff: Staff, row: Row[Any]) -> bool:
    return row.type == "task.deleted" and saw_ticket(staff, php_json.decode(row.audience) or {})


def heard_after(
    tx: Read, principal: Principal, number: int, wanted: Selection, limit: int
) -> tuple[list[FeedEvent], int, bool]:
    """Events after a number that the caller may hear, the number up to which all were looked at, whether more come.

    Raises: Invalid, NotAvailable for a queue that cannot be listened to.
    """
    found: list[FeedEvent] = []
    last = last_number(tx)
    conditions = wanted.conditions(tx, principal)
    while number < last and len(found) < limit:
        rows = events_between(tx, number, last, limit, wanted.types, wanted.ticket_id)
        heard = heard_by(tx, principal, rows)
        found += heard if conditions is None else _of_queue(sort_by_queue(tx, conditions, rows), heard)
        number = rows[-1].number if len(rows) == limit else last
    return found, max(number, 0), number < last


def _of_queue(numbers: Sorted, heard: Sequence[FeedEvent]) -> Iterator[FeedEvent]:
    """What is heard of the tickets of a queue. Of one that left it, just that."""
    for event in heard:
        if event.id in numbers.inside:
            yield event
        elif event.id in numbers.left or event.type in ("ticket.gone", "ticket.deleted"):
            yield without_content(event)
