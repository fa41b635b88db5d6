"""Tickets as they leave: the shapes of the contract."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

import msgspec

from osticket_api.db.words import SOURCES
from osticket_api.features.collaborators.api import Collaborator
from osticket_api.features.forms.api import NamedField, with_plain_urls
from osticket_api.features.threads.api import Entry, LastMessage
from osticket_api.kit.enumerations import one_of
from osticket_api.web.responses import NamedRef, StaffRef, UserRef

State = Annotated[str, one_of(("open", "closed", "archived", "deleted"))]


class StatusRef(msgspec.Struct):
    id: int
    name: str
    state: State
    """open, closed, archived or deleted."""


class TicketFacts(msgspec.Struct, kw_only=True):
    """The fields of a ticket that are shown everywhere. Moments are UTC."""

    RESOURCE: ClassVar = "ticket"

    id: int
    number: str
    subject: str
    status: StatusRef | None
    priority: NamedRef | None
    department: NamedRef | None
    topic: NamedRef | None
    sla: NamedRef | None
    user: UserRef | None
    organization: NamedRef | None
    staff: StaffRef | None
    team: NamedRef | None
    source: Annotated[str, one_of(SOURCES)]
    ip_address: str | None
    is_overdue: bool
    is_answered: bool
    parent_id: int | None
    due_at: datetime | None
    """The due date somebody set by hand."""
    sla_due_at: datetime | None
    """The due date that the SLA gives."""
    created_at: datetime
    updated_at: datetime | None
    """When the ticket itself was last changed; entries and events do not move it. For users: `last_activity_at`."""
    last_activity_at: datetime | None
    """When the ticket's user could last see something happen: a message, a reply, an edit, the closing or reopening."""
    closed_at: datetime | None
    reopened_at: datetime | None
    last_message_at: datetime | None
    last_response_at: datetime | None
    thread_id: int | None
    custom_fields: dict[str, Any] = {}


class ChildTicket(msgspec.Struct):
    RESOURCE: ClassVar = "ticket"

    id: int
    number: str
    subject: str
    status: StatusRef | None


class TicketLock(msgspec.Struct):
    staff: NamedRef
    expires_at: datetime


class ContentCounts(msgspec.Struct):
    """How much there is of a ticket that the caller may see."""

    entries: int
    attachments: int
    tasks: int


class TicketSummary(TicketFacts, kw_only=True):
    """A ticket as lists show it. What `include` did not ask for is absent."""

    last_message: LastMessage | msgspec.UnsetType | None = msgspec.UNSET
    """The newest message or response; null where there is none."""
    counts: ContentCounts | msgspec.UnsetType = msgspec.UNSET
    lock: TicketLock | msgspec.UnsetType | None = msgspec.UNSET
    """The lock of the agent who works on the ticket now."""
    collaborators: list[Collaborator] | msgspec.UnsetType = msgspec.UNSET
    allowed: dict[str, bool] | msgspec.UnsetType = msgspec.UNSET
    """The actions that the caller may do to the ticket."""
    named_fields: list[NamedField] | msgspec.UnsetType = msgspec.UNSET
    """The custom fields with their labels, in the order of the forms; `include=custom_fields`."""
    columns: list[Any] | msgspec.UnsetType = msgspec.UNSET
    """The values of a queue's columns, in their order; `columns=true` in a queue."""
    is_unread: bool | msgspec.UnsetType = msgspec.UNSET
    """Whether others have written what the caller may read and has not; `include=unread`. Absent where the server is
    attached read-only, which stores nothing of that."""


class TicketDetail(TicketFacts, kw_only=True):
    """A ticket by itself. `thread`, `allowed` and `is_unread` are there when `include` asks for them."""

    entry_count: int
    attachment_count: int
    task_count: int
    relation: Annotated[str, one_of(("none", "linked", "merged"))]
    """none, linked or merged."""
    print_url: str = ""
    """The address of the ticket for printing. With `urls=signed` it needs no header, for a link or a new window."""
    collaborators: list[Collaborator] = []
    children: list[ChildTicket] = []
    lock: TicketLock | None = None
    thread: list[Entry] | msgspec.UnsetType = msgspec.UNSET
    allowed: dict[str, bool] | msgspec.UnsetType = msgspec.UNSET
    is_unread: bool | msgspec.UnsetType = msgspec.UNSET
    """Whether others have written what the caller may read and has not; `include=unread`. Absent where the server is
    attached read-only, which stores nothing of that."""
    named_fields: list[NamedField] | msgspec.UnsetType = msgspec.UNSET
    """The custom fields with their labels, in the order of the forms; `include=custom_fields`."""

    def plain(self) -> "TicketDetail":
        """The ticket without what `include` adds: what its ETag is made from."""
        absent = dict.fromkeys(("thread", "allowed", "is_unread", "named_fields"), msgspec.UNSET)
        plain = msgspec.structs.replace(self, **absent)
        plain.custom_fields = with_plain_urls(self.RESOURCE, self.id, self.custom_fields)
        if self.print_url:
            plain.print_url = print_address(self.id)
        return plain


def print_address(ticket_id: int) -> str:
    return f"/api/v2/tickets/{ticket_id}/print"
