"""Request models for statuses."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from osticket_api.web.input import Changes, Id, Input, NoSwitch
from osticket_api.web.texts import Name, Text, fits

Position = Annotated[int, Field(ge=0, le=2**31 - 1), NoSwitch]
StatusName = Annotated[Name, Field(max_length=60), fits(60)]
Description = Annotated[Text, Field(max_length=2000)]
State = Literal["open", "closed"]


class StatusCreate(Input):
    """A new status."""

    name: StatusName = Field(examples=["Waiting for parts"])
    state: State = Field(
        examples=["open"],
        description="The state of tickets with this status; only built-in statuses are archived or deleted.",
    )
    description: Description | None = None
    position: Position | None = Field(None, description="Place in the list; by default the last.")
    is_active: bool = True
    allows_reopening: bool = Field(True, description="Whether a closed ticket can be reopened by its user.")
    reopen_status_id: Id | None = Field(
        None, description="The status that a reopened ticket gets; null: the default status."
    )


class StatusUpdate(Changes):
    """Changes to a status. What is absent stays."""

    clearable: ClassVar[frozenset[str]] = frozenset({"description", "reopen_status_id"})

    name: StatusName | None = None
    state: State | None = None
    description: Description | None = None
    position: Position | None = None
    is_active: bool | None = None
    allows_reopening: bool | None = None
    reopen_status_id: Id | None = None
