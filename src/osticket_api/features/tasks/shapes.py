"""Tasks as they leave."""

from datetime import datetime
from typing import Any

import msgspec

from osticket_api.features.threads.shapes import Entry
from osticket_api.features.tickets.shapes import Collaborator
from osticket_api.web.shapes import Agent, Named


class TaskTicket(msgspec.Struct):
    """The ticket that a task belongs to."""

    id: int
    number: str


class Task(msgspec.Struct, kw_only=True):
    """A task as lists show it. Moments are UTC."""

    id: int
    number: str
    title: str
    status: str
    """open or closed."""
    is_overdue: bool
    """Whether it is open and should have been done by now."""
    ticket: TaskTicket | None
    department: Named | None
    staff: Agent | None
    team: Named | None
    due_at: datetime | None
    created_at: datetime
    updated_at: datetime | None
    closed_at: datetime | None
    thread_id: int | None
    custom_fields: dict[str, Any] = {}
    """Empty where the caller may see that there is a task, but not open it."""


class TaskDetail(Task, kw_only=True):
    """A task by itself. `thread` and `allowed` are there when `include` asks for them."""

    entry_count: int
    collaborators: list[Collaborator] = []
    thread: list[Entry] | msgspec.UnsetType = msgspec.UNSET
    allowed: dict[str, bool] | msgspec.UnsetType = msgspec.UNSET
