"""Moving a task to another department.

Source: tickets.md 6.4 and the golden cases of `task.transfer`.
"""

from osticket_api.access.permissions import Permission
from osticket_api.access.policy import require_settable
from osticket_api.access.principal import Principal
from osticket_api.db.unit import Write
from osticket_api.errors import Conflict
from osticket_api.events.recording import record
from osticket_api.features.tasks.allowed import require
from osticket_api.features.tasks.service.comments import add_comment
from osticket_api.features.tasks.state import TaskState, save
from osticket_api.features.tickets.api import department_name, get_department
from osticket_api.mail import outbox


def transfer(tx: Write, actor: Principal, task: TaskState, department_id: int, *, comment: str | None = None) -> None:
    """Move the task. Whoever has it keeps it, and it stays closed if it is.

    Raises: Forbidden, Conflict when it is there already, Invalid when the department cannot be chosen.
    """
    require(actor, Permission.task_transfer, task.department_id)
    require_settable(actor, "task", task, "department_id")
    department = get_department(tx, actor, department_id)
    old_id = task.department_id
    if department.id == old_id:
        raise Conflict.because(f"The task is in {department.name} already.")
    save(tx, task, department_id=department.id)
    record(tx, "transferred", task.subject, actor, data={"dept": department.name})
    title = f"Task transferred from {department_name(tx, old_id)} to {department.name}"
    entry_id = add_comment(tx, actor, task, title, comment)
    outbox.post(tx, "task.transferred", actor, task_id=task.id, entry_id=entry_id)
