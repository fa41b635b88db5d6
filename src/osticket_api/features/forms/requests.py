"""Request models for forms."""

from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, Field, StringConstraints

from osticket_api.features.forms.configuration import TYPES, known_type
from osticket_api.kit import html, utf8mb3
from osticket_api.web.input import Changes, Input
from osticket_api.web.texts import Name, fits

_TEXT_LENGTH = 512


def _clean(value: str) -> str:
    text = utf8mb3.to_names(html.clean(value))
    if len(text) > _TEXT_LENGTH:
        raise ValueError(f"As HTML this has more than {_TEXT_LENGTH} characters.")
    return text


def _known(value: str) -> str:
    if known_type(value) is None:
        raise ValueError(f"Fields are of one of these types: {', '.join(sorted(TYPES))}, list-<id>.")
    return value


Text = Annotated[str, Field(max_length=_TEXT_LENGTH), AfterValidator(_clean)]
Title = Annotated[Name, fits(255)]
FieldName = Annotated[str, StringConstraints(max_length=64, pattern=r"^[A-Za-z_-][A-Za-z0-9_-]*$")]
FieldType = Annotated[str, Field(max_length=32), AfterValidator(_known)]


class _FieldProperties(Input):
    name: FieldName | None = Field(
        None, description="Its key in `custom_fields`; without one it is `field_<id>`.", examples=["door"]
    )
    hint: Text | None = None
    position: int = Field(0, ge=0, le=10_000, description="Place in the form; by default the last.")
    is_enabled: bool = True
    is_visible_to_users: bool = True
    is_editable_by_users: bool = True
    is_required_of_users: bool = False
    is_visible_to_agents: bool = True
    is_editable_by_agents: bool = True
    is_required_of_agents: bool = False
    is_required_to_close: bool = Field(False, description="A ticket cannot be closed without an answer.")
    configuration: dict[str, Any] = Field(
        default_factory=dict,
        max_length=20,
        description="Settings of its type, such as `choices` from key to label, `length` or `validator`.",
        examples=[{}],
    )


class FieldCreate(_FieldProperties):
    """A new field."""

    label: Title = Field(max_length=255, examples=["Which door"])
    type: FieldType = Field("text", description="text, memo, choices, list-<id>, ...", examples=["text"])


class FieldUpdate(_FieldProperties, Changes):
    """Changes to a field. What is absent stays, among the settings too; null takes a setting away."""

    clearable: ClassVar[frozenset[str]] = frozenset({"name", "hint"})

    label: Title | None = Field(None, max_length=255)
    type: FieldType | None = None


class FormCreate(Input):
    """A new form for topics."""

    title: Title = Field(max_length=255, examples=["Doors"])
    instructions: Text | None = None
    fields: list[FieldCreate] = Field(default_factory=list, max_length=100, description="In this order.")


class FormUpdate(Changes):
    """Changes to a form. What is absent stays. Its fields are changed one by one."""

    clearable: ClassVar[frozenset[str]] = frozenset({"instructions"})

    title: Title | None = Field(None, max_length=255)
    instructions: Text | None = None
