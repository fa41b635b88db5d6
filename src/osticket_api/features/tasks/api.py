"""What the rest of the application may use of tasks."""

from osticket_api.features.tasks.lists import TaskQuery, list_tasks
from osticket_api.features.tasks.queries import select_tasks, titled

__all__ = ["TaskQuery", "list_tasks", "select_tasks", "titled"]
