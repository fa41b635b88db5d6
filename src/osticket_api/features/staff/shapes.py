"""Agents as they leave. A password never does."""

from datetime import datetime

import msgspec

from osticket_api.web.shapes import Named


class DepartmentAccess(msgspec.Struct):
    """Access to a department besides the primary one."""

    department: Named
    role: Named | None
    alerts: bool


class TeamMembership(msgspec.Struct):
    id: int
    name: str
    alerts: bool


class StaffMember(msgspec.Struct, kw_only=True):
    """An agent."""

    id: int
    username: str
    first_name: str
    last_name: str
    name: str
    email: str | None
    phone: str | None
    phone_extension: str | None
    mobile: str | None
    department: Named | None
    """The primary department."""
    role: Named | None
    """The role in the primary department."""
    is_admin: bool
    is_active: bool
    is_visible: bool
    """Listed in the directory of agents."""
    on_vacation: bool
    assigned_only: bool
    """Sees no tickets but those assigned or referred to them and their teams."""
    departments: list[DepartmentAccess]
    teams: list[TeamMembership]
    permissions: list[str]
    """What they may do everywhere, by osTicket's keys."""
    signature: str | None
    timezone: str | None
    language: str | None
    last_login_at: datetime | None
    created_at: datetime | None
    updated_at: datetime | None
