"""A task under change: found for the caller and locked, and shown as it is after the change."""

from osticket_api.access.principal import Principal
from osticket_api.db.unit import Write
from osticket_api.features.tasks.detail import get_detail, place_of
from osticket_api.features.tasks.responses import TaskDetail
from osticket_api.features.tasks.state import TaskState, get_task
from osticket_api.features.threads.api import Entry, reading
from osticket_api.features.tickets.api import Posted, refresh_index
from osticket_api.web.file_urls import FileUrls


def get_for_update(unit: Write, caller: Principal, reference: str) -> TaskState:
    """A task the caller may open, locked, its state compared with `If-Match`. Raises: NotFound."""
    task = get_task(unit, caller, reference)
    if unit.precondition.is_set:
        unit.precondition.check(get_detail(unit, caller, str(task.id), visible=True))
    return task


def show(unit: Write, caller: Principal, task: TaskState) -> TaskDetail:
    """The task as it is now."""
    refresh_index(unit)
    return get_detail(unit, caller, str(task.id), visible=True)


def show_entry(unit: Write, caller: Principal, task: TaskState, posted: Posted, urls: FileUrls) -> Entry:
    """The entry that was added to the task's conversation."""
    refresh_index(unit)
    return reading.get_entry(unit, caller, place_of(task.id, posted.thread_id, urls), posted.entry_id)
