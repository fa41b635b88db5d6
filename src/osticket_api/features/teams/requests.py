"""Request models for teams."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from osticket_api.web.input import Changes, Id, Input
from osticket_api.web.texts import Markup, Name


class MemberChoice(Input):
    """An agent of a team."""

    staff_id: Id
    alerts: bool = True


def _once(members: list[MemberChoice]) -> list[MemberChoice]:
    if len({member.staff_id for member in members}) < len(members):
        raise ValueError("Each agent can be given once.")
    return members


Members = Annotated[list[MemberChoice], Field(max_length=500), AfterValidator(_once)]


class TeamCreate(Input):
    """A new team."""

    name: Name = Field(max_length=125, examples=["Night shift"])
    lead_id: Id | None = Field(None, description="An agent, who need not be a member.")
    members: Members = []
    is_active: bool = True
    sends_alerts: bool = True
    notes: Markup | None = None


class TeamUpdate(Changes):
    """Changes to a team. What is absent stays; `members` are given as a whole."""

    clearable: ClassVar[frozenset[str]] = frozenset({"lead_id", "notes"})

    name: Name | None = Field(None, max_length=125)
    lead_id: Id | None = Field(None, description="null: nobody.")
    members: Members | None = None
    is_active: bool | None = None
    sends_alerts: bool | None = None
    notes: Markup | None = None
