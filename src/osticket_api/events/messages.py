"""Events as they leave: in the feed, in the stream, in webhooks."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from sqlalchemy import Row

from osticket_api.access.field_rules import IN_DEPARTMENTS, Where, limits_on
from osticket_api.access.principal import Principal
from osticket_api.events.catalogue import CATALOGUE
from osticket_api.events.presence import TYPE as PRESENCE
from osticket_api.events.presence import PresentStaff
from osticket_api.kit import php_json
from osticket_api.kit.enumerations import one_of

KINDS: Final = tuple(dict.fromkeys(each.kind for each in CATALOGUE.values()))


class EventSubject(msgspec.Struct):
    kind: Annotated[str, one_of(KINDS)]
    """ticket, task, user, department, ..."""
    id: int


class EventActor(msgspec.Struct):
    kind: Annotated[str, one_of(("staff", "user", "key", "system"))]
    """staff, user, key or system."""
    id: int | None
    name: str


class FeedEvent(msgspec.Struct, kw_only=True):
    """Something that happened in the help desk."""

    id: int
    """The event's number in the feed, which only grows. 0 for events outside the feed: presence, tests of webhooks."""
    type: Annotated[str, one_of(sorted(CATALOGUE))]
    subject: EventSubject
    ticket_id: int | None
    """The ticket it belongs to, also where the subject is a task of it."""
    actor: EventActor | None
    """Who made the change, as far as osTicket records it."""
    origin: Annotated[str, one_of(("api", "osticket", "history"))]
    """api where it came through this API, osticket where PHP did it, history where it is from before the feed began."""
    request_id: str | None
    occurred_at: datetime
    changes: dict[str, Any]
    """The fields that changed: before and after."""
    details: dict[str, Any]
    """What else is known, such as the id of an entry."""


def to_message(row: Row[Any]) -> FeedEvent:
    """A row of the feed as it leaves."""
    return FeedEvent(
        id=row.number,
        type=row.type,
        subject=EventSubject(row.kind, row.subject_id),
        ticket_id=row.ticket_id,
        actor=EventActor(row.actor_kind, row.actor_id, row.actor_name) if row.actor_kind else None,
        origin=row.origin,
        request_id=row.request_id,
        occurred_at=row.occurred_at,
        changes=php_json.decode(row.changes) or {},
        details=php_json.decode(row.details) or {},
    )


def without_content(event: FeedEvent) -> FeedEvent:
    """The news that a ticket or task has left the caller's sight, and nothing else of it."""
    return FeedEvent(
        id=event.id,
        type=f"{event.subject.kind}.gone",
        subject=event.subject,
        ticket_id=event.ticket_id,
        actor=None,
        origin=event.origin,
        request_id=None,
        occurred_at=event.occurred_at,
        changes={},
        details={},
    )


def presence_message(ticket_id: int, present: Sequence[PresentStaff], moment: datetime) -> FeedEvent:
    """The event that tells who is at a ticket now. It is not part of the feed, so it has no number."""
    return FeedEvent(
        id=0,
        type=PRESENCE,
        subject=EventSubject("ticket", ticket_id),
        ticket_id=ticket_id,
        actor=None,
        origin="api",
        request_id=None,
        occurred_at=moment,
        changes={},
        details={"present": list(present)},
    )


SHOWN_TO_USERS: Final = frozenset(
    {"number", "user_id", "status_id", "topic_id", "parent_id", "closed_at", "reopened_at"}
)
"""The columns of a ticket whose changes users hear of: what osTicket's portal shows of it. Source: tickets.md 10.4."""
_DETAILS_FOR_USERS: Final = frozenset(
    {
        "number", "event_id", "entry_id", "entry_type", "replaces_entry_id", "attachment_id", "file_id", "status",
        "owner", "collaborators",
    }
)  # fmt: skip


def for_user(event: FeedEvent, shown_fields: Collection[str]) -> FeedEvent | None:
    """The event without what is among agents. None where nothing of a change is left.

    `shown_fields`: the ids, as text, of the fields whose answers users see.
    """
    changes = {name: change for name, change in event.changes.items() if name in SHOWN_TO_USERS}
    details = {name: value for name, value in event.details.items() if name in _DETAILS_FOR_USERS}
    answers = {id: change for id, change in answers_in(event.details).items() if id in shown_fields}
    if answers:
        details["fields"] = answers
    if event.type == "ticket.updated" and not changes and not answers:
        return None
    return without_agent(msgspec.structs.replace(event, changes=changes, details=details))


def narrowed(principal: Principal, event: FeedEvent, where: Where) -> FeedEvent | None:
    """The event without fields that are hidden from the caller. None where nothing of a change is left.

    Answers are told by the ids of their fields: where one is hidden, none is told.
    """
    if limits_on(principal, "user").hides("email"):
        event = msgspec.structs.replace(event, actor=_actor_without_address(event.actor))
    resource = event.subject.kind
    limits = limits_on(principal, resource, where if resource in IN_DEPARTMENTS else None)
    if not limits.hidden:
        return event
    is_of_account = ".account_" in event.type and limits.hides("account")
    shown = {
        name: value for name, value in event.changes.items() if not (is_of_account or limits.hides(_field_name(name)))
    }
    details = {name: value for name, value in event.details.items() if not limits.hides(_field_name(name))}
    if limits.hides_answers:
        details.pop("fields", None)
    if event.type.endswith(".updated") and event.changes.keys() | event.details.keys() and not (shown or details):
        return None
    return msgspec.structs.replace(event, changes=shown, details=details)


def _field_name(name: str) -> str:
    """The field of a ticket that an event calls otherwise."""
    return "user" if name == "owner" else name


def for_others(event: FeedEvent) -> FeedEvent:
    """The event of something other than a ticket, for callers who are not agents: its name, not what agents changed."""
    return without_agent(msgspec.structs.replace(event, changes={}))


def without_agent(event: FeedEvent) -> FeedEvent:
    """The event without the name of the agent who did it."""
    return msgspec.structs.replace(event, actor=_actor_for_user(event.actor))


def answers_in(details: Mapping[str, Any]) -> Mapping[str, Any]:
    """What an event tells of answers: the id of each field, as text, with what it was and is."""
    fields = details.get("fields")
    return fields if isinstance(fields, dict) else {}


def _actor_for_user(actor: EventActor | None) -> EventActor | None:
    if actor is None:
        return None
    if actor.kind == "staff":
        return EventActor("staff", None, "")  # A help desk may hide the names of its agents.
    return _actor_without_address(actor)


def _actor_without_address(actor: EventActor | None) -> EventActor | None:
    """osTicket calls somebody without an account by their address."""
    return actor if actor is None or "@" not in actor.name else EventActor(actor.kind, actor.id, "")
