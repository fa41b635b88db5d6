"""The caller of a request: an agent, a user, an API key, or nobody yet."""

from collections.abc import Mapping
from typing import ClassVar

import msgspec

from osticket_api.access.permissions import VIEW_ONLY, GlobalPermission


class FieldRule(msgspec.Struct, frozen=True):
    """A rule of an administrator: what is hidden or frozen, for whom. `access/field_rules.py` applies it."""

    resource: str
    field: str
    effect: str
    """hide or freeze."""
    applies_to: str
    """role, agents, key, keys or users."""
    target: str
    """The id of the role, or the reference of the key; empty where all are meant."""


class Staff(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in agent, with everything that decides what they see and may do.

    Source: people.md 3.7, tickets.md 10.1 and 10.2.
    """

    kind: ClassVar[str] = "staff"

    id: int
    username: str
    name: str
    email: str
    is_admin: bool
    assigned_only: bool
    department_id: int
    department_ids: frozenset[int]
    managed_department_ids: frozenset[int]
    team_ids: frozenset[int]
    roles: Mapping[int, frozenset[str]]
    """Department id to the permissions of the role held exactly there."""
    role_id: int
    """The primary role."""
    role_ids: Mapping[int, int]
    """Department id to the role held exactly there."""
    keeps_role_when_assigned: bool
    permissions: frozenset[str]
    timezone: str | None = None
    key_permissions: frozenset[str] | None = None
    """What the API key that stands for the agent allows; None where the agent has signed in."""
    limited_to: frozenset[int] | None = None
    """The only departments whose tickets and tasks that key may touch, however else the agent sees them."""
    must_change_password: bool = False
    """Whether the agent must change the password before anything else. Source: people.md 6.2."""
    must_set_up_second_factor: bool = False
    """Whether the agent must set up a second factor before anything else. Source: people.md 6.2, 6.5."""
    api_key_id: int | None = None
    """The API key that stands for the agent, and narrows what they may do."""
    scope_mark: str = ""
    """Tells apart the tokens of that key which were granted different permissions."""
    field_rules: tuple[FieldRule, ...] = ()
    """All rules there are about fields."""

    @property
    def key(self) -> str:
        return f"staff:{self.id}"

    @property
    def credential(self) -> str:
        """The caller and the credential: one credential of a caller may see more than another."""
        return self.key if self.api_key_id is None else f"{self.key} by key:{self.api_key_id}{self.scope_mark}"

    def permissions_in(self, department_id: int | None, *, is_assigned: bool = False) -> frozenset[str]:
        """The permissions of the agent's role for a ticket of this department.

        `is_assigned`: the ticket is open and assigned to the agent or one of their teams.
        Access inherited from a parent department, by managing, or by referral gives the view-only pseudo-role.
        """
        role = self.roles.get(department_id or 0)
        if role is not None:
            return role
        if is_assigned and self.keeps_role_when_assigned:
            return self.roles.get(self.department_id, self._view_only)
        return self._view_only

    @property
    def _view_only(self) -> frozenset[str]:
        return VIEW_ONLY if self.key_permissions is None else VIEW_ONLY & self.key_permissions

    def may_anywhere(self, permission: str) -> bool:
        """Whether any role the agent holds has this permission."""
        return any(permission in role for role in self.roles.values())

    def may(self, permission: str) -> bool:
        """Whether the agent has this global permission."""
        return permission in self.permissions

    @property
    def sees_all_departments(self) -> bool:
        """Whether they see departments in which they do not work. Source: people.md 3.6, 3.7"""
        return self.is_admin or self.may(GlobalPermission.visibility_departments)


class User(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in user: the person who asks."""

    kind: ClassVar[str] = "user"

    id: int
    name: str
    email: str
    organization_id: int | None
    shares_organization: bool
    """Sees the tickets of everybody in their organization. Source: tickets.md 10.3 rule 2."""
    lists_collaborations: bool
    must_change_password: bool = False
    """Whether the user must change the password before anything else. Source: people.md 1.6."""
    only_ticket_id: int | None = None
    """The ticket of a guest, who came by its mailed link, and may read and answer nothing else.

    Source: people.md 6.6.
    """
    field_rules: tuple[FieldRule, ...] = ()

    @property
    def key(self) -> str:
        return f"user:{self.id}"

    @property
    def credential(self) -> str:
        return self.key if self.only_ticket_id is None else f"{self.key} by ticket:{self.only_ticket_id}"


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key as a caller by itself. What it does is done by SYSTEM.

    Where the old endpoints take a key that stands for an agent, it may no more than the agent.
    """

    kind: ClassVar[str] = "key"

    id: int
    name: str
    permissions: frozenset[str]
    department_ids: frozenset[int] | None = None
    """The only departments whose tickets it may touch; None for all."""
    staff_id: int | None = None
    """The agent whom the key stands for."""
    agent: Staff | None = None
    """That agent, narrowed to what the key allows, at the old endpoints: they know no agents as callers."""
    is_osticket: bool = False
    """A row of osTicket's own table, whose ids are not ours."""
    scope_mark: str = ""
    """Tells apart the tokens of the key which were granted different permissions."""
    field_rules: tuple[FieldRule, ...] = ()

    @property
    def limited_to(self) -> frozenset[int] | None:
        """The departments that the key itself is limited to; None for all."""
        return self.department_ids if self.agent is None else self.agent.limited_to

    @property
    def key(self) -> str:
        return f"osticket-key:{self.id}" if self.is_osticket else f"key:{self.id}"

    @property
    def credential(self) -> str:
        return self.key + self.scope_mark


class Anonymous(msgspec.Struct, frozen=True):
    kind: ClassVar[str] = "anonymous"

    field_rules: tuple[FieldRule, ...] = ()

    @property
    def key(self) -> str:
        return "anonymous"

    @property
    def credential(self) -> str:
        return self.key


Principal = Staff | User | ApiKey | Anonymous

ANONYMOUS = Anonymous()
