"""Response models for agents. None of them has a password."""

from datetime import datetime
from typing import Annotated, get_args

import msgspec
from msgspec import UNSET, UnsetType

from osticket_api.features.staff.requests import FromName, PaperSize, SignatureType
from osticket_api.kit.enumerations import one_of
from osticket_api.web.responses import NamedRef


class DepartmentAccess(msgspec.Struct):
    """Access to a department besides the primary one."""

    department: NamedRef
    role: NamedRef | None
    alerts: bool


class TeamMembership(msgspec.Struct):
    id: int
    name: str
    alerts: bool


class StaffSummary(msgspec.Struct, kw_only=True):
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
    department: NamedRef | None
    """The primary department."""
    role: NamedRef | None
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
    """The permissions that hold everywhere, by osTicket's keys."""
    signature: str | None
    timezone: str | None
    language: str | None
    last_login_at: datetime | None
    created_at: datetime | None
    updated_at: datetime | None


class Preferences(msgspec.Struct, kw_only=True):
    """How an agent likes the panel to be; null where osTicket decides."""

    page_size: int | None
    refresh_minutes: int | None
    """How often lists are read anew; null: never."""
    paper_size: Annotated[str, one_of(get_args(PaperSize))]
    signature_type: Annotated[str, one_of(get_args(SignatureType))] | None
    """The signature under replies: none, mine or department."""
    datetime_format: Annotated[str, one_of(("relative",))] | None
    """relative, as in `2 hours ago`."""
    from_name: Annotated[str, one_of(get_args(FromName))] | None
    """Whose name replies carry: email, department or mine."""
    thread_order: Annotated[str, one_of(("asc", "desc"))] | None
    """asc or desc."""
    default_queue_id: int | None
    reply_redirect: Annotated[str, one_of(("ticket", "queue"))] | None
    """Where a reply leads: ticket or queue."""
    image_view: Annotated[str, one_of(("download", "inline"))] | None
    """How attached images open: download or inline."""
    editor_spacing: Annotated[str, one_of(("double", "single"))] | None
    """double or single."""


class StaffDetail(StaffSummary, kw_only=True):
    """An agent by themselves."""

    keeps_role_when_assigned: bool
    """Whether the primary role counts for assigned tickets in departments where the agent has no role."""
    locale: str | None
    must_change_password: bool | UnsetType = UNSET
    """For administrators and the agent."""
    password_changed_at: datetime | UnsetType | None = UNSET
    """For administrators and the agent."""
    backend: str | UnsetType | None = UNSET
    """The only back end they may sign in through; null for any. For administrators."""
    notes: str | UnsetType | None = UNSET
    """For administrators."""
    preferences: Preferences | UnsetType = UNSET
    """For the agent."""
    allowed: dict[str, bool] | UnsetType = UNSET
    """What the agent may do that is about no ticket or task yet, each action by name. For the agent."""
