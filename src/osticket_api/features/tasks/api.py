"""Public interface of tasks for the rest of the application."""

from osticket_api.features.tasks.lists import TaskQuery, list_tasks
from osticket_api.features.tasks.queries import select_tasks, select_titles
from osticket_api.features.tasks.responses import TaskDetail
from osticket_api.features.tasks.state import load_task

__all__ = ["TaskDetail", "TaskQuery", "list_tasks", "load_task", "select_tasks", "select_titles"]
