"""Response models for forms."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from osticket_api.kit.enumerations import one_of


class Form(msgspec.Struct, kw_only=True):
    """A form that is filled in with a ticket, a user, an organization or a task, or that topics ask besides."""

    id: int
    type: Annotated[str, one_of(("ticket", "user", "organization", "company", "task", "custom", "list"))]
    """ticket, user, organization, company, task, custom (for topics), or list (properties of a custom list)."""
    title: str
    instructions: str | None
    created_at: datetime | None
    updated_at: datetime | None


class FormField(msgspec.Struct, kw_only=True):
    id: int
    name: str
    """The key of the field in `custom_fields`."""
    label: str
    type: str
    hint: str | None
    is_enabled: bool
    is_visible_to_users: bool
    is_editable_by_users: bool
    is_required_of_users: bool
    is_visible_to_agents: bool
    is_editable_by_agents: bool
    is_required_of_agents: bool
    is_required_to_close: bool
    """A ticket cannot be closed without an answer."""
    position: int
    configuration: dict[str, Any]
    """Settings of its type."""


class FormDetail(Form, kw_only=True):
    """A form with its fields. `schema` is what agents are asked, as JSON Schema, with all choices."""

    fields: list[FormField]
    schema: dict[str, Any]


class NamedField(msgspec.Struct):
    """A custom field, with its label and value."""

    field_id: int
    name: str
    """The key of the field in `custom_fields`."""
    label: str
    """The label of the field in its form."""
    type: str
    """The type of the field: text, memo, choices, list-3 and so on."""
    value: Any
    text: str | msgspec.UnsetType = msgspec.UNSET
    """A phone number as osTicket shows it: `(555) 555-1234 x12` where `value` is `5555551234X12`."""


class FormHeading(msgspec.Struct):
    id: int
    title: str
    instructions: str | None


class FormSchema(msgspec.Struct, kw_only=True):
    """The form as JSON Schema 2020-12, with a property for each field.

    A property with `x-built-in` is sent beside `custom_fields`, one with `readOnly` can be seen and not set.
    """

    dialect: str = msgspec.field(name="$schema")
    type: Literal["object"]
    properties: dict[str, dict[str, Any]]
    required: list[str]
    allows_more: bool = msgspec.field(name="additionalProperties")
    forms: list[FormHeading] = msgspec.field(name="x-forms")
