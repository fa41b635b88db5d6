"""osTicket's paths to what a queue shows, in the words of this API: the field of a ticket, its type, its sort key."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from osticket_api.features.queues.responses import ColumnType
from osticket_api.features.tickets.api import TicketSummary, sort_columns

_CUSTOM: Final = "cdata__"


@dataclass(frozen=True)
class Named:
    """A field of a ticket: `user.email` is the address of its user."""

    name: str
    type: ColumnType

    @property
    def sort_key(self) -> str | None:
        """The key of the column for `sort` of ticket lists."""
        return self.name if self.name in sort_columns() else None

    def value(self, ticket: TicketSummary) -> Any:
        """The ticket's value in the column."""
        found: Any = ticket
        for part in self.name.split("."):
            found = found.get(part) if isinstance(found, Mapping) else getattr(found, part, None)
        return None if found is msgspec.UNSET else msgspec.to_builtins(found)


_NAMED: Final[Mapping[str, Named]] = {
    "ticket_id": Named("id", "number"),
    "number": Named("number", "text"),
    "created": Named("created_at", "moment"),
    "updated": Named("updated_at", "moment"),
    "lastupdate": Named("last_activity_at", "moment"),
    "closed": Named("closed_at", "moment"),
    "reopened": Named("reopened_at", "moment"),
    "duedate": Named("due_at", "moment"),
    "est_duedate": Named("sla_due_at", "moment"),
    "isoverdue": Named("is_overdue", "boolean"),
    "isanswered": Named("is_answered", "boolean"),
    "ip_address": Named("ip_address", "text"),
    "source": Named("source", "text"),
    "status__id": Named("status", "reference"),
    "status_id": Named("status", "reference"),
    "status__name": Named("status.name", "text"),
    "status__state": Named("status.state", "text"),
    "dept_id": Named("department", "reference"),
    "dept__name": Named("department.name", "text"),
    "team_id": Named("team", "reference"),
    "staff_id": Named("staff", "reference"),
    "topic_id": Named("topic", "reference"),
    "sla_id": Named("sla", "reference"),
    "user__name": Named("user.name", "text"),
    "user__default_email__address": Named("user.email", "text"),
    "user__emails__address": Named("user.email", "text"),
    "user__org__name": Named("organization.name", "text"),
    "cdata__subject": Named("subject", "text"),
    "cdata__priority": Named("priority", "reference"),
    "thread__lastmessage": Named("last_message_at", "moment"),
    "thread__lastresponse": Named("last_response_at", "moment"),
}


class _Assignee(Named):
    """The agent of a ticket, else its team."""

    def value(self, ticket: TicketSummary) -> Any:
        return msgspec.to_builtins(ticket.staff or ticket.team or None)


_ASSIGNEE: Final = _Assignee("assignee", "reference")


def named(path: str) -> Named | None:
    """The field that a path leads to; None for what tickets of this API do not show."""
    if path == "assignee":
        return _ASSIGNEE
    if path in _NAMED:
        return _NAMED[path]
    return Named(f"custom_fields.{path.removeprefix(_CUSTOM)}", "custom") if path.startswith(_CUSTOM) else None


def sort_of(order: list[str]) -> str | None:
    """osTicket's order as `sort` takes it; None where ticket lists cannot be sorted so."""
    keys = []
    for path in order:
        field = named(path.removeprefix("-"))
        if field is None or field.sort_key is None:
            return None
        keys.append(("-" if path.startswith("-") else "") + field.sort_key)
    return ",".join(keys) or None
