"""What an agent may do that is about no ticket or task yet, so that a front end can show the right buttons."""

from collections.abc import Mapping
from typing import Final

from osticket_api.access.permissions import GlobalPermission, Permission
from osticket_api.access.principal import Staff

_EVERYWHERE: Final[Mapping[str, GlobalPermission]] = {
    "create_organization": GlobalPermission.org_create,
    "create_user": GlobalPermission.user_create,
    "edit_organizations": GlobalPermission.org_edit,
    "edit_users": GlobalPermission.user_edit,
    "manage_faqs": GlobalPermission.faq_manage,
    "read_directory": GlobalPermission.user_dir,
}
_IN_ANY_DEPARTMENT: Final[Mapping[str, Permission]] = {
    "create_task": Permission.task_create,
    "create_ticket": Permission.ticket_create,
    "manage_canned_responses": Permission.canned_manage,
}


def allowed_actions(agent: Staff, *, keeps_password_here: bool) -> dict[str, bool]:
    """Each action by name. What takes a role's permission is allowed where any of the agent's roles has it."""
    everywhere = {action: agent.may(permission) for action, permission in _EVERYWHERE.items()}
    somewhere = {action: agent.may_anywhere(permission) for action, permission in _IN_ANY_DEPARTMENT.items()}
    by_itself = {"change_password": keeps_password_here and agent.api_key_id is None}
    return dict(sorted({**everywhere, **somewhere, **by_itself}.items()))
