"""tickets-get, tickets-search, tickets-statuses and tickets-attachment-download.

Source: legacy-endpoints.md 1, 2, 6 and 7.
"""

from base64 import b64encode
from collections.abc import Mapping
from itertools import islice
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, false, or_

from osticket_api.access.field_rules import limits_on
from osticket_api.access.policy import reaches
from osticket_api.access.principal import ApiKey
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.unit import Read
from osticket_api.features.files.api import StoredFile, find_file, read_all
from osticket_api.legacy.answers import LegacyError
from osticket_api.legacy.plugin import queries, responses
from osticket_api.legacy.plugin.naming import is_digits, lookups
from osticket_api.legacy.plugin.responses import ResponseOptions
from osticket_api.web.input import MAX_ID

_USUAL_LIMIT, _MAX_LIMIT = 20, 100
_SORTS: Final = {
    "created": t.ticket.c.created.desc(),
    "updated": t.ticket.c.updated.desc(),
    "number": t.ticket.c.number.asc(),
}


def find_ticket(tx: Read, key: ApiKey, token: str, *, by_id: bool = True) -> Row[Any]:
    """The ticket with this number, else with this id. Raises: LegacyError."""
    row = queries.find_ticket_id(tx, islice(lookups(tx, token), None if by_id else 1))
    if row is None:
        raise LegacyError(404, "Ticket not found")
    if not reaches(key, row.dept_id):
        raise LegacyError(403, "Access denied to ticket department")
    return row


def get_ticket(tx: Read, key: ApiKey, token: str, options: ResponseOptions) -> dict[str, Any]:
    """The whole ticket with its conversation, notes included."""
    ticket_id = find_ticket(tx, key, token).ticket_id
    (row,) = queries.read_tickets(tx, [ticket_id])
    entries = queries.read_entries(tx, row.thread_id)
    long_bodies = read_all(tx, [entry.file_id for entry in entries if responses.is_body(entry)])
    thread = responses.thread(entries, options, long_bodies)
    ticket = responses.detail(row, options, queries.child_ids(tx, ticket_id), thread)
    return responses.without_hidden(key, with_priority(tx, ticket))


def with_priority(tx: Read, ticket: dict[str, Any]) -> dict[str, Any]:
    """A ticket that says nothing of its priority has the help desk's usual one."""
    if ticket["priority"] is None:
        usual = load_config(tx).number("default_priority_id")
        ticket |= {"priorityId": usual or None, "priority": queries.name_of_priority(tx, usual)}
    return ticket


def search(tx: Read, key: ApiKey, given: Mapping[str, str], options: ResponseOptions) -> list[dict[str, Any]]:
    """One page of the tickets that pass all filters. A filter with an unknown value finds nothing."""
    _require_not_hidden(key, given)
    limit = _number(given.get("limit"), _USUAL_LIMIT)
    ids = queries.search_ids(
        tx,
        [*queries.within(key), *_filters(tx, given)],
        _SORTS.get(given.get("sort", "").lower(), _SORTS["created"]),
        min(limit, _MAX_LIMIT) if limit > 0 else _USUAL_LIMIT,
        max(_number(given.get("offset"), 0), 0),
    )
    found = (with_priority(tx, responses.found(row, options)) for row in queries.read_tickets(tx, ids))
    return [responses.without_hidden(key, ticket) for ticket in found]


def _require_not_hidden(key: ApiKey, given: Mapping[str, str]) -> None:
    """Raises: LegacyError naming a filter by what is hidden from the key."""
    limits = limits_on(key, "ticket")
    for name, value in given.items():
        if value and limits.hides(responses.field_called(name)):
            raise LegacyError(403, f"{name} is hidden from this API key")


def _number(text: str | None, usual: int) -> int:
    """A whole number as far as a database can count."""
    digits = (text or "").removeprefix("-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9:
        return usual
    return int(text or "")


def _filters(tx: Read, given: Mapping[str, str]) -> list[ColumnElement[bool]]:
    filters: list[ColumnElement[bool]] = []
    if text := given.get("query"):
        filters.append(or_(queries.subject_holds(tx, text), queries.is_numbered(text)))
    if number := given.get("number"):
        filters.append(queries.is_numbered(number))
    if status := given.get("status"):
        named = queries.ids_by_name(tx, t.ticket_status.c.id, t.ticket_status.c.name, status)
        filters.append(_one_of(t.ticket.c.status_id, status, named))
    if department := given.get("departmentId") or given.get("department"):
        filters.append(_one_of(t.ticket.c.dept_id, department, queries.department_ids(tx, department)))
    return filters


def _one_of(column: ColumnElement[Any], given: str, named: list[int]) -> ColumnElement[bool]:
    """A condition on a row by its id where digits are given, else by its name."""
    if is_digits(given):
        return column == int(given) if int(given) <= MAX_ID else false()
    return column.in_(named) if named else false()


def list_statuses(tx: Read, key: ApiKey) -> list[dict[str, Any]]:
    return [{"id": row.id, "name": row.name, "state": row.state} for row in queries.list_statuses(tx)]


def download(tx: Read, key: ApiKey, token: str) -> dict[str, Any]:
    """A file of a ticket's conversation, whole, in base64. Raises: LegacyError."""
    file_id = int(token) if is_digits(token) else MAX_ID + 1
    if file_id < 1:
        raise LegacyError(400, "Invalid file ID")
    if file_id > MAX_ID or not queries.find_ticket_file(tx, key, file_id):
        raise LegacyError(403, "Attachment not accessible")
    file = find_file(tx, file_id)
    if file is None:
        raise LegacyError(404, "File not found")
    content = _content(tx, file)
    return {
        "file_id": file.id,
        "filename": file.name,
        "mime_type": file.content_type,
        "size": len(content),
        "content": b64encode(content).decode(),
    }


def _content(tx: Read, file: StoredFile) -> bytes:
    """Raises: LegacyError where not all of it is there any more."""
    content = read_all(tx, [file.id]).get(file.id, b"")
    if len(content) != file.size:
        raise LegacyError(500, "Failed to read file content: a part of it is missing")
    return content
