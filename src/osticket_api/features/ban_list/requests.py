"""Request and response models of ban list routes."""

from datetime import datetime
from typing import ClassVar

import msgspec
from pydantic import Field, field_validator

from osticket_api.kit.addresses import is_email
from osticket_api.query.listing import ListQuery
from osticket_api.web.input import Changes, Input


class Ban(Input):
    """An address that may open no tickets."""

    email: str = Field(max_length=255, examples=["spam@example.net"])
    notes: str = Field("", max_length=255)

    @field_validator("email")
    @classmethod
    def _address(cls, value: str) -> str:
        if not is_email(value.strip()):
            raise ValueError("This is not a valid e-mail address.")
        return value.strip()


class BanUpdate(Changes):
    """Changes to an entry. What is absent stays."""

    clearable: ClassVar[frozenset[str]] = frozenset({"notes"})

    notes: str | None = Field(None, max_length=255, description="null: none.")
    is_active: bool | None = Field(None, description="Whether the entry counts.")


class BanQuery(ListQuery):
    """Filters of the ban list."""

    email: str | None = Field(None, max_length=255, description="Addresses that contain this.")


class BannedAddress(msgspec.Struct):
    id: int
    email: str
    notes: str
    is_active: bool
    """Whether the entry counts; the list as a whole can be switched off too."""
    created_at: datetime | None
