"""Small shapes that many resources share."""

import msgspec


class Named(msgspec.Struct):
    """A reference to another resource."""

    id: int
    name: str


class Agent(msgspec.Struct):
    id: int
    name: str
    username: str


class Person(msgspec.Struct):
    id: int
    name: str
    email: str | None
