"""tickets-update and tickets-delete. All of an update happens, or none of it. Source: legacy-endpoints.md 3 and 4."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from osticket_api.access.policy import reaches
from osticket_api.access.principal import ApiKey
from osticket_api.db.types import to_utc
from osticket_api.db.unit import Write
from osticket_api.errors import ApiError
from osticket_api.features.threads.api import Author, NewEntry, NewFile, add_entry
from osticket_api.features.tickets.api import (
    TicketState,
    delete_ticket,
    get_status,
    hold,
    load_ticket,
    properties,
    refresh_index,
)
from osticket_api.legacy.answers import LegacyError
from osticket_api.legacy.osticket import data_urls
from osticket_api.legacy.plugin import queries
from osticket_api.legacy.plugin.choices import DEPARTMENT, SLA, STATUS, TOPIC, choose, choose_staff, read_text
from osticket_api.legacy.plugin.markup import to_store
from osticket_api.legacy.plugin.parents import set_parent
from osticket_api.legacy.plugin.reading import find_ticket

_NO_DATE: Final = (
    'Invalid date format for dueDate. Expected ISO 8601 format (e.g., "2025-01-31" or "2025-01-31T17:30:00")'
)
_POSTER: Final = "API"
_TITLE: Final = "API Update"


def update(tx: Write, key: ApiKey, token: str, fields: Mapping[str, Any]) -> str:
    """Change what is given, in the plugin's order. Returns the ticket's number. Raises: LegacyError."""
    found = find_ticket(tx, key, token, by_id=False)
    ticket = load_ticket(tx, found.ticket_id)
    for name, change in _CHANGES.items():
        if fields.get(name) is not None:
            change(tx, key, ticket, fields[name])
    if "dueDate" in fields:
        properties.set_due_date(tx, key, ticket, _due_date(tx, fields["dueDate"]))
    _post_note(tx, key, ticket, fields)
    refresh_index(tx)
    return ticket.number


def _set_department(tx: Write, key: ApiKey, ticket: TicketState, value: Any) -> None:
    department_id = choose(tx, DEPARTMENT, "departmentId", value)
    if not reaches(key, department_id):
        raise LegacyError(403, "Access denied to ticket department")
    properties.set_department(tx, key, ticket, department_id)


def _set_topic(tx: Write, key: ApiKey, ticket: TicketState, value: Any) -> None:
    properties.set_topic(tx, key, ticket, choose(tx, TOPIC, "topicId", value))


def _set_status(tx: Write, key: ApiKey, ticket: TicketState, value: Any) -> None:
    """A ticket that cannot be closed keeps its status without a word, as with the plugin."""
    properties.set_status(tx, key, ticket, get_status(tx, choose(tx, STATUS, "statusId", value)))


def _set_sla(tx: Write, key: ApiKey, ticket: TicketState, value: Any) -> None:
    properties.set_sla(tx, key, ticket, choose(tx, SLA, "slaId", value))


def _set_staff(tx: Write, key: ApiKey, ticket: TicketState, value: Any) -> None:
    properties.set_staff(tx, key, ticket, choose_staff(tx, "staffId", value))


_CHANGES: Final[Mapping[str, Callable[[Write, ApiKey, TicketState, Any], None]]] = {
    "departmentId": _set_department,
    "topicId": _set_topic,
    "parentTicketNumber": set_parent,
    "statusId": _set_status,
    "slaId": _set_sla,
    "staffId": _set_staff,
}


def _due_date(tx: Write, value: Any) -> datetime | None:
    """Read a due date. Without a zone it is in the database's own. Raises: LegacyError."""
    if value is None or value == "":
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        return moment if moment.tzinfo is not None else to_utc(moment, tx.zone)
    except (AttributeError, TypeError, ValueError):
        raise LegacyError(400, _NO_DATE) from None


def _post_note(tx: Write, key: ApiKey, ticket: TicketState, fields: Mapping[str, Any]) -> None:
    """An internal note with its files. Without `noteFormat` it is HTML, whatever it looks like. Raises: LegacyError."""
    note = fields.get("note")
    if note is None or not read_text("note", note).strip():
        return
    body, format = to_store(str(note), str(fields.get("noteFormat") or "html").strip().lower())
    title = fields.get("noteTitle")
    entry = NewEntry(
        kind="N",
        author=Author(_POSTER),
        body=body,
        format=format,
        title=_TITLE if title is None else read_text("noteTitle", title),
        files=_files(fields.get("attachments")),
        sender=key,
        signed_in=False,
    )
    try:
        add_entry(tx, ticket.thread_id, entry)
    except ApiError as error:
        raise LegacyError(400, f"Failed to post note: {error}") from None


def _files(value: Any) -> list[NewFile]:
    """The files among `{"<name>": "data:..."}`; other values are ignored."""
    if not isinstance(value, list):
        return []
    pairs = [pair for each in value if isinstance(each, dict) for pair in each.items()]
    return [_file(name, text) for name, text in pairs if isinstance(text, str) and text[:5].lower() == "data:"]


def _file(name: str, text: str) -> NewFile:
    data = data_urls.read(text)
    return NewFile(name, data.content_type, data.content)


def delete(tx: Write, key: ApiKey, token: str) -> str:
    """Delete a ticket for good. Its children stand by themselves then. Returns its number. Raises: LegacyError."""
    found = find_ticket(tx, key, token)
    hold(tx, [found.ticket_id, *queries.child_ids(tx, found.ticket_id)])
    ticket = load_ticket(tx, found.ticket_id)
    delete_ticket(tx, key, ticket)
    refresh_index(tx)
    return ticket.number
