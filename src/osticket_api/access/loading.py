"""Principals from rows: what the database says about an agent or a user right now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Row, Select, String, bindparam, cast, func, select

from osticket_api.access import second_factors
from osticket_api.access.field_rules import load_rules
from osticket_api.access.permissions import GlobalPermission, KeyPermission, granted_by
from osticket_api.access.principal import ApiKey, Staff, User
from osticket_api.db import tables as t
from osticket_api.db.caches import PLACES
from osticket_api.db.config import load_config
from osticket_api.db.flags import AccountStatus, OrganizationStatus, UserStatus
from osticket_api.db.identity import row_named
from osticket_api.db.unit import Read
from osticket_api.kit import php_json

_ID_DIGITS = 10


def find_principal(tx: Read, subject: str) -> Staff | User | None:
    """The agent or user that a token names: `staff:3`, `user:11`, `guest:11-20` by the link to a ticket.

    None when they may not sign in, or are not there.
    """
    kind, _, identifier = subject.partition(":")
    if kind == "guest":
        user_id, _, ticket_id = identifier.partition("-")
        return find_guest(tx, int(user_id), int(ticket_id))
    return find_staff(tx, int(identifier)) if kind == "staff" else find_user(tx, int(identifier))


def find_staff(tx: Read, staff_id: int) -> Staff | None:
    """The agent as principal, or None when there is no such agent or they are locked."""
    row = tx.prepared_row(_select_active(), {"staff_id": staff_id})
    if row is None:
        return None
    places = tx.cached(PLACES, None, lambda: _load_places(tx))
    role_ids = _pairs(row.access)
    if row.dept_id:
        role_ids.setdefault(row.dept_id, row.role_id or 0)
    managed = places.managed_by(staff_id)
    extra = php_json.decode(row.extra) or {}
    return Staff(
        id=row.staff_id,
        username=row.username,
        name=f"{row.firstname} {row.lastname}".strip(),
        email=row.email,
        is_admin=row.isadmin,
        assigned_only=row.assigned_only,
        department_id=row.dept_id or 0,
        department_ids=places.below(role_ids) | managed,
        managed_department_ids=managed,
        team_ids=frozenset(map(int, row.teams.split(","))) if row.teams else frozenset(),
        roles={department: places.granted.get(role, frozenset()) for department, role in role_ids.items()},
        role_id=row.role_id or 0,
        role_ids=role_ids,
        keeps_role_when_assigned=bool(extra.get("def_assn_role", True)),
        permissions=_granted(row.permissions),
        timezone=row.timezone,
        must_change_password=row.change_passwd,
        must_set_up_second_factor=second_factors.is_missing(tx, staff_id),
        field_rules=load_rules(tx),
    )


@cache
def _select_active() -> Select[Any]:
    """The agent with departments of extended access and the role there, but by roles that are gone, and teams."""
    staff, access, member = t.staff.c, t.staff_dept_access.c, t.team_member.c
    columns = (
        staff.staff_id, staff.username, staff.firstname, staff.lastname, staff.email, staff.isadmin,
        staff.assigned_only, staff.dept_id, staff.role_id, staff.permissions, staff.extra, staff.timezone,
        staff.change_passwd,
    )  # fmt: skip
    departments = (
        select(func.group_concat(cast(access.dept_id, String) + ":" + cast(access.role_id, String)))
        .join_from(t.staff_dept_access, t.role, t.role.c.id == access.role_id)
        .where(access.staff_id == bindparam("staff_id"))
    )
    teams = select(func.group_concat(member.team_id)).where(member.staff_id == bindparam("staff_id"))
    lists = departments.scalar_subquery().label("access"), teams.scalar_subquery().label("teams")
    return select(*columns, *lists).where(staff.staff_id == bindparam("staff_id"), staff.isactive == 1)


def _pairs(listed: str | None) -> dict[int, int]:
    """Pairs of ids from what `group_concat` gives, such as `3:1,4:2`."""
    pairs = (each.split(":") for each in listed.split(",")) if listed else ()
    return {int(key): int(value) for key, value in pairs}


@dataclass(frozen=True)
class _Places:
    """All departments and roles: few rows, of which each agent needs some.

    `departments`: id, path and manager. `granted`: role to permissions.
    """

    departments: Sequence[Row[Any]]
    granted: Mapping[int, frozenset[str]]

    def managed_by(self, staff_id: int) -> frozenset[int]:
        return frozenset(row.id for row in self.departments if row.manager_id == staff_id)

    def below(self, access: Iterable[int]) -> frozenset[int]:
        """These departments and all below them. Source: people.md 3.7 (access cascades, roles do not)."""
        marks = [f"/{department_id}/" for department_id in access]
        return frozenset(row.id for row in self.departments if any(mark in row.path for mark in marks))


def _load_places(tx: Read) -> _Places:
    department, role = t.department.c, t.role.c
    roles = tx.rows(select(role.id, role.permissions))
    return _Places(
        tx.rows(select(department.id, department.path, department.manager_id)),
        {row.id: _granted(row.permissions) for row in roles},
    )


@lru_cache(maxsize=256)
def _granted(permissions: str | None) -> frozenset[str]:
    """The permissions in a stored text: one set for all who have the same, of whom each open stream holds one."""
    granted = php_json.decode(permissions)
    return frozenset(key for key, on in granted.items() if on) if isinstance(granted, dict) else frozenset()


def find_user(tx: Read, user_id: int) -> User | None:
    """The user as principal, or None when there is no such user or their account may not sign in."""
    user, account, organization = t.user.c, t.user_account.c, t.organization.c
    row = tx.row(
        select(
            user.id, user.name, user.status, user.org_id, t.user_email.c.address,
            organization.status.label("sharing"), account.status.label("account_status"),
        )
        .join_from(t.user, t.user_account, account.user_id == user.id)
        .outerjoin(t.user_email, t.user_email.c.id == user.default_email_id)
        .outerjoin(t.organization, organization.id == user.org_id)
        .where(user.id == user_id)
    )  # fmt: skip
    if row is None or not can_sign_in(row.account_status):
        return None
    return User(
        id=row.id,
        name=row.name,
        email=row.address or "",
        organization_id=row.org_id,
        shares_organization=_shares(row.sharing or 0, row.status),
        lists_collaborations=load_config(tx).flag("collaborator_ticket_visibility"),
        must_change_password=bool(row.account_status & AccountStatus.MUST_CHANGE_PASSWORD),
        field_rules=load_rules(tx),
    )


def find_guest(tx: Read, user_id: int, ticket_id: int) -> User | None:
    """The user who came by the link to this ticket, or by its number, with an account or without.

    None where the help desk lets nobody in so, and when the account is locked. Source: people.md 6.6
    """
    user, account = t.user.c, t.user_account.c
    row = tx.row(
        select(user.id, user.name, t.user_email.c.address, account.status)
        .join_from(t.user, t.user_account, account.user_id == user.id, isouter=True)
        .outerjoin(t.user_email, t.user_email.c.id == user.default_email_id)
        .where(user.id == user_id)
    )
    is_locked = row is not None and bool((row.status or 0) & AccountStatus.LOCKED)
    if row is None or is_locked or not _has_guests(tx):
        return None
    return User(
        id=row.id,
        name=row.name,
        email=row.address or "",
        organization_id=None,
        shares_organization=False,
        lists_collaborations=True,
        only_ticket_id=ticket_id,
        field_rules=load_rules(tx),
    )


def _has_guests(tx: Read) -> bool:
    """Whether somebody can come by a link, or by an address and a number."""
    config = load_config(tx)
    return config.flag("allow_auth_tokens") or not config.flag("client_verify_email")


def can_sign_in(account_status: int) -> bool:
    """Whether a user account with these flags may sign in. Source: people.md 1.6."""
    return bool(account_status & AccountStatus.CONFIRMED) and not account_status & AccountStatus.LOCKED


def _shares(organization_status: int, user_status: int) -> bool:
    is_contact = bool(user_status & UserStatus.PRIMARY_CONTACT)
    return bool(
        organization_status & OrganizationStatus.SHARED_WITH_EVERYBODY
        or (is_contact and organization_status & OrganizationStatus.SHARED_WITH_PRIMARY_CONTACTS)
    )


def narrowed(staff: Staff, key: ApiKey) -> Staff:
    """The agent with only the permissions and departments of a key: it can take away, never add."""
    permissions, departments = key.permissions | granted_by(key.permissions), key.department_ids
    kept = staff.department_ids if departments is None else staff.department_ids & departments
    return Staff(
        **{
            **{name: getattr(staff, name) for name in staff.__struct_fields__},
            "is_admin": staff.is_admin and KeyPermission.admin in permissions,
            "department_ids": kept,
            "managed_department_ids": staff.managed_department_ids & kept,
            "roles": {where: role & permissions for where, role in staff.roles.items() if where in kept},
            "permissions": staff.permissions & (permissions | _directory(permissions)),
            "key_permissions": permissions,
            "limited_to": departments,
            "must_change_password": False,
            "must_set_up_second_factor": False,
            "api_key_id": key.id,
            "scope_mark": key.scope_mark,
        }
    )


def _directory(permissions: frozenset[str]) -> frozenset[str]:
    """A key that may read users may list them, if its agent may."""
    return frozenset({GlobalPermission.user_dir.value} if KeyPermission.users_read in permissions else ())


def find_staff_login(tx: Read, login: str) -> Row[Any] | None:
    """The agent with this username, e-mail address or id: `staff_id`, `passwd`, `isactive`, `backend`."""
    staff = t.staff.c
    columns = staff.staff_id, staff.passwd, staff.isactive, staff.backend
    if login.isascii() and login.isdigit() and len(login) <= _ID_DIGITS:
        return tx.row(select(*columns).where(staff.staff_id == int(login)))
    name = staff.email if "@" in login else staff.username
    return row_named(tx, select(*columns), name, login)


def find_user_login(tx: Read, login: str) -> Row[Any] | None:
    """The account with this username or e-mail address: `user_id`, `passwd`, `status`, `backend`."""
    account, address = t.user_account.c, t.user_email.c.address
    columns = account.user_id, account.passwd, account.status, account.backend
    if "@" not in login:
        return row_named(tx, select(*columns), account.username, login)
    owners = select(*columns).join(t.user_email, t.user_email.c.user_id == account.user_id)
    return row_named(tx, owners, address, login)
