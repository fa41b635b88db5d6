"""Request models for roles."""

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from osticket_api.web.input import Changes, Input
from osticket_api.web.texts import Name, Notes, fits

RoleName = Annotated[Name, fits(64)]
Key = Annotated[str, StringConstraints(max_length=64)]


class RoleCreate(Input):
    """A new role."""

    name: RoleName = Field(max_length=64, examples=["First line"])
    permissions: list[Key] = Field(min_length=1, max_length=200, examples=[["ticket.reply", "ticket.close"]])
    is_active: bool = True
    notes: Notes | None = None


class RoleUpdate(Changes):
    """Changes to a role. What is absent stays; `permissions` are given as a whole."""

    clearable: ClassVar[frozenset[str]] = frozenset({"notes"})

    name: RoleName | None = Field(None, max_length=64)
    permissions: list[Key] | None = Field(None, min_length=1, max_length=200)
    is_active: bool | None = None
    notes: Notes | None = None
