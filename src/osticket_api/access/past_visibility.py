"""Whether a caller could see what is gone, or has moved, as it was then."""

from collections.abc import Mapping
from typing import Any

from osticket_api.access.principal import ApiKey, Principal, Staff, User
from osticket_api.access.scope import reads_as_agents


def saw_ticket(principal: Principal, recorded: Mapping[str, Any]) -> bool:
    """Whether the caller could see a ticket that is gone, or has moved, as it was then.

    `recorded`: `department_id`, `staff_id`, `team_id` and `user_id` of then, and `collaborator_ids` who took part until
    then. Who else took part, or to whom it was referred, is gone with it.
    """
    department_id = recorded.get("department_id")
    if isinstance(principal, Staff):
        if principal.limited_to is not None and department_id not in principal.limited_to:
            return False
        is_theirs = recorded.get("staff_id") == principal.id or recorded.get("team_id") in principal.team_ids
        return is_theirs or (not principal.assigned_only and department_id in principal.department_ids)
    if isinstance(principal, User):
        return principal.id == recorded.get("user_id") or principal.id in recorded.get("collaborator_ids", ())
    if isinstance(principal, ApiKey) and reads_as_agents(principal):
        return principal.department_ids is None or department_id is None or department_id in principal.department_ids
    return False


def saw_task(principal: Principal, recorded: Mapping[str, Any], *, was_closed: bool) -> bool:
    """Whether the caller could see a task as it was then: a closed one like any agent. `recorded`: as for tickets."""
    if not isinstance(principal, Staff):
        return False
    is_within = principal.limited_to is None or recorded.get("department_id") in principal.limited_to
    return is_within and (was_closed or saw_ticket(principal, recorded))
