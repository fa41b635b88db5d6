"""Response models for field permissions."""

from datetime import datetime

import msgspec

from osticket_api.features.field_permissions.requests import Audience, Effect, Resource


class FieldLimits(msgspec.Struct):
    """The fields that are hidden from the caller, and those that are frozen, by their names in responses."""

    resource: Resource
    hidden: list[str]
    frozen: list[str]


class FieldPermission(msgspec.Struct, kw_only=True):
    """A field that some do not see, or see and cannot set."""

    id: int
    resource: Resource
    field: str
    """The name of the field in responses."""
    effect: Effect
    applies_to: Audience
    role_id: int | None
    key: str | None
    """The reference of the key."""
    created_by: str
    created_at: datetime
    updated_at: datetime
