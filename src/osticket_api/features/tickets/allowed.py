"""What the caller may do to a ticket, so that a front end can show the right buttons."""

from typing import Final

from osticket_api.access.field_rules import limits_on
from osticket_api.access.permissions import Permission
from osticket_api.access.policy import InDepartment, manages, permissions_on
from osticket_api.access.principal import Principal, Staff, User

_BY_PERMISSION = {
    "assign": Permission.ticket_assign,
    "close": Permission.ticket_close,
    "create_task": Permission.task_create,
    "delete": Permission.ticket_delete,
    "edit": Permission.ticket_edit,
    "edit_entries": Permission.thread_edit,
    "link": Permission.ticket_link,
    "mark_answered": Permission.ticket_markanswered,
    "merge": Permission.ticket_merge,
    "refer": Permission.ticket_assign,
    "release": Permission.ticket_release,
    "reply": Permission.ticket_reply,
    "transfer": Permission.ticket_transfer,
}
_SETS: Final = {
    "assign": ("staff", "team"),
    "change_owner": ("user",),
    "claim": ("staff",),
    "close": ("status",),
    "link": ("parent_id",),
    "mark_answered": ("is_answered",),
    "mark_overdue": ("is_overdue",),
    "merge": ("parent_id",),
    "release": ("staff", "team"),
    "reopen": ("status",),
    "transfer": ("department",),
}
"""The fields that actions set. One of them is enough to act."""


def allowed_actions(
    principal: Principal,
    ticket: InDepartment,
    *,
    is_merged: bool = False,
    is_owner: bool = False,
    reopens: bool = False,
) -> dict[str, bool]:
    """Each action by name. Source: tickets.md 4.0; notes need no permission.

    `edit_entries` is about what others wrote: their own entries agents may always edit. A guest may write and no more.
    `is_merged`: part of another ticket. `is_owner`: of the user who asks. `reopens`: its status lets users reopen it.
    """
    limits = limits_on(principal, "ticket", ticket.department_id)
    if isinstance(principal, User):
        is_owner = is_owner and principal.only_ticket_id is None
        actions = {"close": False, "edit": is_owner, "message": True, "reopen": is_owner and reopens}
        return limits.unfrozen(actions, _SETS)
    if not isinstance(principal, Staff):
        return {}
    granted = permissions_on(principal, ticket)
    manager = manages(principal, ticket.department_id)
    actions = {action: permission in granted for action, permission in _BY_PERMISSION.items()}
    actions["change_owner"] = actions["edit"]
    actions["edit_entries"] |= manager
    actions["link"] &= actions["edit"]
    actions["merge"] &= actions["edit"]
    actions["claim"] = actions["assign"] and ticket.is_open and ticket.staff_id is None
    actions["mark_answered"] |= manager
    actions["mark_overdue"] = manager and ticket.is_open
    actions["release"] |= manages(principal, principal.department_id)
    actions["reopen"] = Permission.ticket_close in granted or Permission.ticket_create in granted
    actions["reply"] &= not is_merged
    return limits.unfrozen(dict(sorted({**actions, "note": not is_merged}.items())), _SETS)
