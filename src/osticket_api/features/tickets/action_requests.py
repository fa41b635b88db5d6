"""Request models for actions on a ticket."""

from typing import Annotated, Literal, Self, TypeVar

from pydantic import Field, StringConstraints, model_validator

from osticket_api.features.threads.api import Body
from osticket_api.web.input import Id, Input

B = TypeVar("B", bound=Input)


class Commented(Input):
    """An action that may say why."""

    comment: Body | None = Field(None, description="Becomes an internal note.", examples=["<p>You know it best.</p>"])


class Assign(Commented):
    """An agent or a team. Whichever is not named keeps the ticket."""

    staff_id: Id | None = Field(None, examples=[2])
    team_id: Id | None = None
    keep_access: bool = Field(False, description="Refer the ticket to its former assignee.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        return _exactly_one(self, "staff_id", "team_id")


class Release(Commented):
    """Neither `staff` nor `team` means both."""

    staff: bool | None = Field(None, description="Unassign the ticket from its agent.")
    team: bool | None = Field(None, description="Unassign the ticket from its team.")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.releases_staff and not self.releases_team:
            raise ValueError("Release staff, team, or both.")
        return self

    @property
    def releases_staff(self) -> bool:
        return bool(self.staff) or self._names_nobody

    @property
    def releases_team(self) -> bool:
        return bool(self.team) or self._names_nobody

    @property
    def _names_nobody(self) -> bool:
        return self.staff is None and self.team is None


class Transfer(Commented):
    department_id: Id = Field(examples=[2])
    keep_access: bool = Field(False, description="Refer the ticket to the department it leaves.")


class Refer(Commented):
    """Exactly one agent, team or department."""

    staff_id: Id | None = None
    team_id: Id | None = None
    department_id: Id | None = Field(None, examples=[2])

    @model_validator(mode="after")
    def _one(self) -> Self:
        return _exactly_one(self, "staff_id", "team_id", "department_id")


class ChangeStatus(Commented):
    """A status by id or by name."""

    status_id: Id | None = None
    status: Annotated[str, StringConstraints(min_length=1, max_length=60)] | None = Field(None, examples=["Closed"])
    include_children: bool = Field(False, description="Whether the children of this ticket get the status, too.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        return _exactly_one(self, "status_id", "status")


class ChangeOwner(Input):
    user_id: Id = Field(examples=[2])


class MarkAs(Commented):
    how: Literal["answered", "unanswered", "overdue"] = Field(alias="as")


def _exactly_one(body: B, *names: str) -> B:
    """Raises: ValueError naming the fields."""
    if sum(getattr(body, name) is not None for name in names) != 1:
        raise ValueError(f"Give exactly one of {', '.join(names)}.")
    return body


class ReadUpTo(Input):
    """Which entry a mark is at. Without one, all of the ticket is meant."""

    entry_id: Id | None = None
