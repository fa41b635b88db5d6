"""Response models for teams."""

from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType

from osticket_api.web.responses import StaffRef


class Team(msgspec.Struct, kw_only=True):
    id: int
    name: str
    is_active: bool
    lead: StaffRef | None
    member_count: int
    sends_alerts: bool
    notes: str | UnsetType | None = UNSET
    """For administrators."""
    created_at: datetime | None
    updated_at: datetime | None


class TeamMember(msgspec.Struct):
    id: int
    name: str
    username: str
    alerts: bool


class TeamDetail(Team, kw_only=True):
    """A team by itself. `members` are those whom the caller may see, `member_count` counts all."""

    members: list[TeamMember]
