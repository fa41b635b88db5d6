"""Create a ticket from the fields of an old request, by the service that all other endpoints use.

Source: legacy-api.md 5 and 7.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from osticket_api.access.permissions import KeyPermission
from osticket_api.access.principal import ApiKey
from osticket_api.db import tables as t
from osticket_api.db.unit import Read, Write
from osticket_api.errors import ApiError
from osticket_api.features.files.api import limits
from osticket_api.features.forms import api as forms
from osticket_api.features.threads.api import NOTHING, NewFile
from osticket_api.features.tickets.api import LeadsElsewhere, NewTicket, create_ticket
from osticket_api.kit import html
from osticket_api.legacy.answers import LegacyError
from osticket_api.legacy.osticket.error_texts import PREFIX, FormsAsked, error_text
from osticket_api.legacy.osticket.payload import (
    Attachment,
    Message,
    attachments_of,
    email_of,
    message_of,
    number_of,
    text_of,
)

KNOWN: Final = frozenset(
    {
        "alert",
        "attachments",
        "autorespond",
        "ip",
        "message",
        "priorityId",
        "source",
        "system_emails",
        "thread_entry_recipients",
        "topicId",
    }
)
_REASONS: Final = {
    "file_too_large": "File size is too large",
    "file_type_not_allowed": "File type is not allowed",
    "empty": "Unable to save file",
}
_NOT_ITS_DEPARTMENT: Final = "Access denied to ticket department"
_ROUTING: Final = {
    "deptId": "department_id",
    "staffId": "staff_id",
    "teamId": "team_id",
    "slaId": "sla_id",
    "statusId": "status_id",
    "uid": "user_id",
}


@dataclass(frozen=True)
class Opened:
    """A new ticket, as far as its opener hears of it."""

    id: int
    number: str
    is_replayed: bool = False
    """Whether the ticket was created by an earlier request with the same data."""


def asked_of(tx: Read, sent: Mapping[str, Any]) -> FormsAsked:
    """The forms that a ticket of this topic and a new user ask."""
    topic_id = _topic(tx, sent)
    return FormsAsked(topic_id, forms.topic_forms(tx, topic_id), forms.load_form(tx, "U"))


def unexpected(tx: Read, sent: Mapping[str, Any]) -> list[str]:
    """The fields that mean nothing here. They are told to the log alone."""
    known = KNOWN | asked_of(tx, sent).names
    return [name for name in sent if name not in known]


def open_ticket(tx: Write, key: ApiKey, sent: Mapping[str, Any], **more: Any) -> Opened:
    """Open a ticket from the fields of an old request. `more` are fields of `NewTicket` that an endpoint adds.

    Raises: LegacyError in osTicket's words; TicketDenied for the ban list and filters.
    """
    asked_forms = asked_of(tx, sent)
    if (text_of(sent.get("source")) or "API").lower() != "api":
        raise LegacyError(500, f"{PREFIX}origin\nInvalid ticket origin given\nerr\nNo fields set up")
    new = _new_ticket(tx, key, sent, asked_forms, more)
    try:
        ticket_id = create_ticket(tx, key, new)
    except LeadsElsewhere:
        raise LegacyError(403, _NOT_ITS_DEPARTMENT) from None
    except ApiError as error:
        raise error_text(error, asked_forms) from error
    number = tx.scalar(select(t.ticket.c.number).where(t.ticket.c.ticket_id == ticket_id))
    return Opened(ticket_id, number)


def _new_ticket(
    tx: Read, key: ApiKey, sent: Mapping[str, Any], asked_forms: FormsAsked, more: Mapping[str, Any]
) -> NewTicket:
    message = message_of(sent)
    kept, lost = _files(tx, attachments_of(sent))
    values: dict[str, Any] = {
        "channel": "api",
        "subject": text_of(sent.get("subject")) or "",
        "message": _body(message),
        "format": message.format if message else "text",
        "email": email_of(sent) or None,
        "name": text_of(sent.get("name")),
        "topic_id": asked_forms.topic_id,
        "priority_id": _priority(tx, sent),
        "ip": text_of(sent.get("ip")) or None,
        "custom_fields": dict(_answers(asked_forms.ticket_fields, sent)),
        "user_fields": dict(_answers(asked_forms.user_fields, sent)),
        "files": kept,
        "lost_files": lost,
        "takes_any_topic": True,
        "alert": _is_wanted(sent.get("alert")),
        "autorespond": _is_wanted(sent.get("autorespond")),
    }
    return NewTicket(**{**values, **_chosen(key, sent), **more})


def _is_wanted(flag: Any) -> bool:
    """A switch that is on unless it says otherwise, in PHP's terms."""
    return flag is None or flag not in (False, 0, "", "0", [])


def _body(message: Message | None) -> str:
    """The message. An absent message is a fault; one that shows no text is stored as an empty one."""
    if message is None:
        return ""
    if message.format == "html" and not html.to_text(message.body) and "<img" not in message.body:
        return NOTHING
    return message.body


def _topic(tx: Read, sent: Mapping[str, Any]) -> int | None:
    """The topic, whether it is private or even switched off. One that is not there counts as none."""
    wanted = number_of(sent.get("topicId"))
    topic = t.help_topic.c
    return None if wanted is None else tx.scalar(select(topic.topic_id).where(topic.topic_id == wanted))


def _priority(tx: Read, sent: Mapping[str, Any]) -> int | None:
    """`priority` where it is the id of one, else `priorityId`, which must be: 0 stands for one that is not."""
    by_form, by_id = number_of(_first(sent.get("priority"))), sent.get("priorityId")
    if by_form is not None:
        found: int | None = tx.scalar(
            select(t.ticket_priority.c.priority_id).where(t.ticket_priority.c.priority_id == by_form)
        )
        if found is not None:
            return found
    return None if by_id is None or text_of(by_id) == "" else number_of(by_id) or 0


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _answers(fields: Mapping[str, forms.Field], sent: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, field in fields.items():
        if name in sent:
            value = sent[name]
            yield field.column, value.upper() if name == "phone" and isinstance(value, str) else value


def _files(tx: Read, sent: Sequence[Attachment]) -> tuple[list[NewFile], list[tuple[str, str]]]:
    """The files that may be kept, and the others with the reason. Where attachments are off, none is missed."""
    allowed = limits.limits_for(tx, "user")
    kept: list[NewFile] = []
    lost: list[tuple[str, str]] = []
    for file in sent if allowed.is_enabled else ():
        reason = _reason(allowed, file)
        if reason is None:
            kept.append(NewFile(file.name, file.content_type, file.content))
        else:
            lost.append((file.name, reason))
    return kept, lost


def _reason(allowed: limits.Limits, file: Attachment) -> str | None:
    """Why a file cannot be kept, None if it can."""
    if not file.content:
        return _REASONS["empty"]
    fault = allowed.fault(file.name, file.content_type, len(file.content))
    return _REASONS[fault.code] if fault else None


def _chosen(key: ApiKey, sent: Mapping[str, Any]) -> dict[str, Any]:
    """What osTicket's undocumented fields choose: only a key that is expressly allowed to may use them.

    Raises: LegacyError for a department that is not the key's.
    """
    if KeyPermission.tickets_route not in key.permissions:
        return {}
    chosen = {ours: number for theirs, ours in _ROUTING.items() if (number := number_of(sent.get(theirs)))}
    department_id = chosen.get("department_id")
    if department_id and key.limited_to is not None and department_id not in key.limited_to:
        raise LegacyError(403, _NOT_ITS_DEPARTMENT)
    invited = sent.get("ccs")
    numbers = [number_of(each) for each in invited] if isinstance(invited, list) else []
    return {**chosen, "collaborators": [number for number in numbers if number]}
