"""Response models for custom lists."""

from datetime import datetime
from typing import Annotated, Any, get_args

import msgspec
from msgspec import UNSET, UnsetType

from osticket_api.features.lists.requests import Order
from osticket_api.kit.enumerations import one_of


class CustomList(msgspec.Struct, kw_only=True):
    """A list whose items are the choices of fields of the type `list-<id>`."""

    id: int
    name: str
    plural_name: str | None
    order: Annotated[str, one_of(get_args(Order))]
    """alphabetical, reversed, or manual: by the position of the items."""
    item_count: int
    form_id: int | None
    """The form with the properties that its items have."""
    notes: str | UnsetType | None = UNSET
    """For administrators."""
    created_at: datetime | None
    updated_at: datetime | None


class ListItem(msgspec.Struct, kw_only=True):
    id: int
    value: str
    abbreviation: str | None
    position: int
    is_active: bool
    """Offered for choice. Answers that name an item keep it all the same."""
    properties: dict[str, Any]
    """The properties of the item, by the name of the field."""
