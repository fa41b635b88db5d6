"""The actions that an agent may do to a task: the role in the task's department decides.

Having the task changes nothing, unlike with tickets: an agent to whom it was given, but who has no role in its
department, may read it and write notes. Source: tickets.md 6.3 to 6.7.
"""

from typing import Final, Protocol

from osticket_api.access.field_rules import limits_on
from osticket_api.access.permissions import Permission
from osticket_api.access.principal import Principal, Staff
from osticket_api.errors import Forbidden


class _Task(Protocol):
    """The properties of a task that decide about permissions."""

    @property
    def department_id(self) -> int | None: ...
    @property
    def staff_id(self) -> int | None: ...
    @property
    def is_open(self) -> bool: ...


_SETS: Final = {
    "assign": ("staff", "team"),
    "claim": ("staff",),
    "close": ("status",),
    "reopen": ("status",),
    "transfer": ("department",),
}
"""The fields that actions set. One of them is enough to act."""


def require(actor: Principal, permission: Permission, department_id: int | None) -> None:
    """Raises: Forbidden naming the permission."""
    if not isinstance(actor, Staff) or permission not in actor.permissions_in(department_id):
        raise Forbidden.lacking(permission, " in the task's department")


def allowed_actions(principal: Principal, task: _Task, *, is_reachable: bool = True) -> dict[str, bool]:
    """Each action by name, so that a front end can show the right buttons.

    `is_reachable`: the agent may open the task. Who may not, though a list shows it, can do nothing to it.
    """
    if not isinstance(principal, Staff):
        return {}
    granted = principal.permissions_in(task.department_id)
    actions = {
        "assign": Permission.task_assign in granted,
        "claim": Permission.task_assign in granted and task.staff_id is None,
        "close": Permission.task_close in granted and task.is_open,
        "delete": Permission.task_delete in granted,
        "edit": Permission.task_edit in granted,
        "note": True,
        "reopen": Permission.task_create in granted and not task.is_open,
        "reply": Permission.task_reply in granted,
        "transfer": Permission.task_transfer in granted,
    }
    if not is_reachable:
        return dict.fromkeys(actions, False)
    return limits_on(principal, "task", task.department_id).unfrozen(actions, _SETS)
