"""Response models for tasks."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

import msgspec

from osticket_api.features.collaborators.api import Collaborator
from osticket_api.features.forms.api import NamedField, with_plain_urls
from osticket_api.features.threads.api import Entry
from osticket_api.kit.enumerations import one_of
from osticket_api.web.responses import NamedRef, StaffRef


class TaskTicket(msgspec.Struct):
    """The ticket that a task belongs to."""

    id: int
    number: str


class TaskSummary(msgspec.Struct, kw_only=True):
    """A task as lists show it. Moments are UTC."""

    RESOURCE: ClassVar = "task"

    id: int
    number: str
    title: str
    status: Annotated[str, one_of(("open", "closed"))]
    """open or closed."""
    is_overdue: bool
    """Whether the task is open and past its due time."""
    ticket: TaskTicket | None
    department: NamedRef | None
    staff: StaffRef | None
    team: NamedRef | None
    due_at: datetime | None
    created_at: datetime
    updated_at: datetime | None
    closed_at: datetime | None
    thread_id: int | None
    custom_fields: dict[str, Any] = {}
    """Empty where the caller may see that there is a task, but not open it."""
    allowed: dict[str, bool] | msgspec.UnsetType = msgspec.UNSET
    """Each action by name, and whether the caller may do it; `include=allowed`."""


class TaskDetail(TaskSummary, kw_only=True):
    """A task by itself. `thread`, `allowed` and `named_fields` are there when `include` asks for them."""

    entry_count: int
    collaborators: list[Collaborator] = []
    thread: list[Entry] | msgspec.UnsetType = msgspec.UNSET
    named_fields: list[NamedField] | msgspec.UnsetType = msgspec.UNSET
    """The custom fields with their labels, in the order of the form; `include=custom_fields`."""

    def plain(self) -> "TaskDetail":
        """The task without what `include` adds: what its ETag is made from."""
        absent = dict.fromkeys(("thread", "allowed", "named_fields"), msgspec.UNSET)
        custom_fields = with_plain_urls(self.RESOURCE, self.id, self.custom_fields)
        return msgspec.structs.replace(self, **absent, custom_fields=custom_fields)
