"""The fields that the plugin adds to a new ticket: format, department, parent. Source: legacy-endpoints.md 8.2.

An osTicket without the plugin takes no notice of these fields, and neither do we where we are attached to one.
"""

from collections.abc import Mapping
from typing import Any, Final

from osticket_api.access.policy import reaches
from osticket_api.access.principal import ApiKey
from osticket_api.db.unit import Read, Write
from osticket_api.features.tickets.api import load_ticket, refresh_index
from osticket_api.legacy.answers import LegacyError
from osticket_api.legacy.osticket.create_ticket import Opened, open_ticket
from osticket_api.legacy.osticket.payload import message_of
from osticket_api.legacy.plugin.choices import DEPARTMENT, choose
from osticket_api.legacy.plugin.installed import has_endpoints
from osticket_api.legacy.plugin.markup import read_format, to_store
from osticket_api.legacy.plugin.parents import find_parent_id, put_below

FIELDS: Final = frozenset({"departmentId", "format", "parentTicketId", "parentTicketNumber"})


class FieldRefused(Exception):
    """Raised where one of the plugin's fields is wrong: always answered with 400 and plain text."""


def takes_fields(tx: Read) -> bool:
    return tx.is_sqlite or has_endpoints(tx)


def open_extended(tx: Write, key: ApiKey, sent: Mapping[str, Any]) -> Opened:
    """Open a ticket, and put it where the plugin's fields say. Raises: FieldRefused, LegacyError, TicketDenied."""
    if not FIELDS & sent.keys() or not takes_fields(tx):
        return open_ticket(tx, key, sent)
    try:
        more = {**_formatted(sent), **_department(tx, key, sent)}
        parent_id = _parent(tx, key, sent)
    except LegacyError as refused:
        raise FieldRefused(refused.text) from None
    opened = open_ticket(tx, key, sent, **more)
    if parent_id is not None:
        _put_below(tx, key, opened, parent_id)
    return opened


def _formatted(sent: Mapping[str, Any]) -> dict[str, Any]:
    if "format" not in sent:
        return {}
    format, message = read_format(sent["format"]), message_of(sent)
    if message is None:
        return {}
    body, stored = to_store(message.body, format)
    return {"message": body, "format": stored}


def _department(tx: Read, key: ApiKey, sent: Mapping[str, Any]) -> dict[str, int]:
    if sent.get("departmentId") is None:
        return {}
    department_id = choose(tx, DEPARTMENT, "departmentId", sent["departmentId"])
    if not reaches(key, department_id):
        raise LegacyError(403, "Access denied to ticket department")
    return {"department_id": department_id}


def _parent(tx: Read, key: ApiKey, sent: Mapping[str, Any]) -> int | None:
    for field in ("parentTicketNumber", "parentTicketId"):
        if sent.get(field) is not None:
            return find_parent_id(tx, key, field, sent[field], id_first=field == "parentTicketId")
    return None


def _put_below(tx: Write, key: ApiKey, opened: Opened, parent_id: int) -> None:
    try:
        put_below(tx, key, load_ticket(tx, opened.id), parent_id)
    except LegacyError as refused:
        raise FieldRefused(refused.text) from None
    refresh_index(tx)
