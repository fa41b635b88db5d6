"""Request models for custom lists."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from osticket_api.query.small_lists import SwitchedQuery
from osticket_api.web.input import Changes, Input, NoSwitch
from osticket_api.web.texts import Name, Notes, Text, fits, fits_escaped

ListName = Annotated[Name, Field(max_length=255), fits_escaped(255)]
Order = Literal["alphabetical", "reversed", "manual"]
Value = Annotated[Name, Field(max_length=255), fits(255)]
Abbreviation = Annotated[Text, Field(max_length=255), fits(255)]
Position = Annotated[int, Field(ge=0, le=2**31 - 1), NoSwitch]


class ItemQuery(SwitchedQuery):
    """Filters of the items of a list, which come in the order of the list."""

    sort: str = Field("order", max_length=200, description="Keys, comma separated; `order` is the list's own.")


class ListCreate(Input):
    """A new list, without items."""

    name: ListName = Field(examples=["Colour"])
    plural_name: ListName | None = Field(None, examples=["Colours"])
    order: Order = "alphabetical"
    notes: Notes | None = None


class ListUpdate(Changes):
    """Changes to a list. What is absent stays."""

    clearable: ClassVar[frozenset[str]] = frozenset({"plural_name", "notes"})

    name: ListName | None = None
    plural_name: ListName | None = None
    order: Order | None = None
    notes: Notes | None = None


class ItemCreate(Input):
    """A new item."""

    value: Value = Field(examples=["Green"])
    abbreviation: Abbreviation | None = None
    position: Position = Field(1, description="Place in a list with manual order.")
    is_active: bool = True
    properties: dict[str, Any] = Field(default_factory=dict, description="By the name of the field.")


class ItemUpdate(Changes):
    """Changes to an item. What is absent stays, among the properties too."""

    clearable: ClassVar[frozenset[str]] = frozenset({"abbreviation"})

    value: Value | None = None
    abbreviation: Abbreviation | None = None
    position: Position | None = None
    is_active: bool | None = None
    properties: dict[str, Any] | None = None
