"""May this caller do that to this ticket: the role in the ticket's department decides.

Source: tickets.md 4.0 (which action needs what) and 10.2 (which role holds).
"""

from typing import Protocol

from osticket_api.access.field_rules import limits_on
from osticket_api.access.permissions import GlobalPermission, Permission, granted_by
from osticket_api.access.principal import ApiKey, Principal, Staff
from osticket_api.errors import Forbidden


class InDepartment(Protocol):
    """What a permission depends on: a ticket or a task."""

    @property
    def department_id(self) -> int | None: ...
    @property
    def staff_id(self) -> int | None: ...
    @property
    def team_id(self) -> int | None: ...
    @property
    def is_open(self) -> bool: ...


def is_assigned(staff: Staff, thing: InDepartment) -> bool:
    """Whether an open ticket is this agent's, or one of their teams'."""
    return thing.is_open and (thing.staff_id == staff.id or thing.team_id in staff.team_ids)


def permissions_on(staff: Staff, thing: InDepartment) -> frozenset[str]:
    """The permissions of the role that holds for this ticket."""
    return staff.permissions_in(thing.department_id, is_assigned=is_assigned(staff, thing))


def may(principal: Principal, permission: Permission, thing: InDepartment) -> bool:
    if isinstance(principal, ApiKey):
        return permission in _of_key(principal, thing)
    return isinstance(principal, Staff) and permission in permissions_on(principal, thing)


def reaches(key: ApiKey, department_id: int | None) -> bool:
    """Whether a key may touch what is in this department. What is in none is open to all keys."""
    return key.department_ids is None or department_id is None or department_id in key.department_ids


def _of_key(key: ApiKey, thing: InDepartment) -> frozenset[str]:
    """The role permissions that a key has for a ticket, no more than an agent has whom it stands for."""
    if not reaches(key, thing.department_id):
        return frozenset()
    granted = granted_by(key.permissions)
    return granted if key.agent is None else granted & permissions_on(key.agent, thing)


def require(principal: Principal, permission: Permission, thing: InDepartment) -> None:
    """Raises: Forbidden naming the permission."""
    if not may(principal, permission, thing):
        raise Forbidden.lacking(permission, " in the ticket's department")


def require_settable(principal: Principal, resource: str, thing: InDepartment, *names: str) -> None:
    """Raises: Forbidden naming those of the fields that an administrator has frozen for the caller, or hidden."""
    limits_on(principal, resource, thing.department_id).require_settable(names)


def require_global(principal: Principal, permission: GlobalPermission) -> None:
    """Raises: Forbidden naming the permission, which an agent has everywhere or nowhere."""
    if not isinstance(principal, Staff) or not principal.may(permission):
        raise Forbidden.lacking(permission)


def manages(principal: Principal, department_id: int | None) -> bool:
    """Whether this agent is the manager of the department."""
    return isinstance(principal, Staff) and department_id in principal.managed_department_ids
