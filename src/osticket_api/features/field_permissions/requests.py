"""Request models for field permissions."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from osticket_api.query.listing import ListQuery
from osticket_api.web.input import Changes, Id, Input, Parameters

Resource = Literal["ticket", "task", "user", "organization"]
Effect = Literal["hide", "freeze"]
Audience = Literal["role", "agents", "key", "keys", "users"]

FieldName = Annotated[str, Field(min_length=1, max_length=80)]
KeyReference = Annotated[str, Field(min_length=1, max_length=24, pattern=r"^(osticket:)?[0-9]{1,9}$")]

_FIELD = "The name of the field in responses, such as `priority` or `due_at`, or `custom_fields.<name>`."
_APPLIES_TO = (
    "`role`: agents where they hold the role `role_id`; `agents`: all of them; `key`: the key `key`; `keys`: all of "
    "them; `users`: users of the portal, and visitors."
)


class PermissionCreate(Input):
    """A field that is hidden or frozen."""

    resource: Resource = Field(examples=["ticket"])
    field: FieldName = Field(description=_FIELD, examples=["priority"])
    effect: Effect = Field(description="`hide`: neither shown nor set. `freeze`: shown, not set.", examples=["freeze"])
    applies_to: Audience = Field(description=_APPLIES_TO, examples=["role"])
    role_id: Id | None = Field(None, description="With `role`.", examples=[2])
    key: KeyReference | None = Field(None, description="With `key`: the reference of the key, such as `7`.")


class PermissionUpdate(Changes):
    """Changes to a rule. What is absent stays."""

    clearable: ClassVar[frozenset[str]] = frozenset({"role_id", "key"})

    field: FieldName | None = Field(None, description=_FIELD)
    effect: Effect | None = None
    applies_to: Audience | None = Field(None, description=_APPLIES_TO)
    role_id: Id | None = None
    key: KeyReference | None = None


class OwnLimitsQuery(Parameters):
    """The resource whose hidden and frozen fields the caller asks about."""

    resource: Resource
    department_id: Id | None = Field(
        None, description="Of the ticket or task. Without it, what is hidden or frozen in any department counts."
    )


class PermissionQuery(ListQuery):
    """Filters of field permissions."""

    resource: Resource | None = None
    effect: Effect | None = None
    applies_to: Audience | None = None
