"""Tickets as they leave: the shapes of the contract."""

from datetime import datetime
from typing import Any

import msgspec

from osticket_api.features.threads.shapes import Entry
from osticket_api.web.shapes import Agent, Named, Person


class Status(msgspec.Struct):
    id: int
    name: str
    state: str
    """open, closed, archived or deleted."""


class Ticket(msgspec.Struct, kw_only=True):
    """A ticket as lists show it. Moments are UTC."""

    id: int
    number: str
    subject: str
    status: Status | None
    priority: Named | None
    department: Named | None
    topic: Named | None
    sla: Named | None
    user: Person | None
    organization: Named | None
    staff: Agent | None
    team: Named | None
    source: str
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
    last_activity_at: datetime | None
    closed_at: datetime | None
    reopened_at: datetime | None
    last_message_at: datetime | None
    last_response_at: datetime | None
    thread_id: int | None
    custom_fields: dict[str, Any] = {}


class Collaborator(msgspec.Struct):
    id: int
    user: Person
    is_active: bool
    created_at: datetime | None


class Child(msgspec.Struct):
    id: int
    number: str
    subject: str
    status: Status | None


class Lock(msgspec.Struct):
    staff: Named
    expires_at: datetime


class TicketDetail(Ticket, kw_only=True):
    """A ticket by itself. `thread` and `allowed` are there when `include` asks for them."""

    entry_count: int
    attachment_count: int
    task_count: int
    relation: str
    """none, linked or merged."""
    collaborators: list[Collaborator] = []
    children: list[Child] = []
    lock: Lock | None = None
    thread: list[Entry] | msgspec.UnsetType = msgspec.UNSET
    allowed: dict[str, bool] | msgspec.UnsetType = msgspec.UNSET
