"""Small types that many responses contain."""

from typing import ClassVar

import msgspec


class NamedRef(msgspec.Struct):
    """A reference to another resource."""

    id: int
    name: str


class StaffRef(msgspec.Struct):
    id: int
    name: str
    username: str


class UserRef(msgspec.Struct):
    RESOURCE: ClassVar = "user"

    id: int
    name: str
    email: str | None
