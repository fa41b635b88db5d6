"""What the caller may do to a ticket, so that a front end can show the right buttons."""

from osticket_api.access.permissions import Permission
from osticket_api.access.policy import InDepartment, manages, permissions_on
from osticket_api.access.principal import Principal, Staff, User

_BY_PERMISSION = {
    "assign": Permission.ticket_assign,
    "close": Permission.ticket_close,
    "delete": Permission.ticket_delete,
    "edit": Permission.ticket_edit,
    "link": Permission.ticket_link,
    "mark_answered": Permission.ticket_markanswered,
    "merge": Permission.ticket_merge,
    "refer": Permission.ticket_assign,
    "release": Permission.ticket_release,
    "reply": Permission.ticket_reply,
    "transfer": Permission.ticket_transfer,
}


def allowed_actions(
    principal: Principal,
    ticket: InDepartment,
    *,
    is_merged: bool = False,
    is_owner: bool = False,
    reopens: bool = False,
) -> dict[str, bool]:
    """Each action by name. Source: tickets.md 4.0; notes need no permission.

    `is_merged`: part of another ticket. `is_owner`: of the user who asks. `reopens`: its status lets users reopen it.
    """
    if isinstance(principal, User):
        return {"close": False, "edit": is_owner, "message": True, "reopen": is_owner and reopens}
    if not isinstance(principal, Staff):
        return {}
    granted = permissions_on(principal, ticket)
    manager = manages(principal, ticket.department_id)
    actions = {action: permission in granted for action, permission in _BY_PERMISSION.items()}
    actions["link"] &= actions["edit"]
    actions["merge"] &= actions["edit"]
    actions["claim"] = actions["assign"] and ticket.is_open and ticket.staff_id is None
    actions["mark_answered"] |= manager
    actions["mark_overdue"] = manager and ticket.is_open
    actions["release"] |= manages(principal, principal.department_id)
    actions["reopen"] = Permission.ticket_close in granted or Permission.ticket_create in granted
    actions["reply"] &= not is_merged
    return dict(sorted({**actions, "note": not is_merged}.items()))
