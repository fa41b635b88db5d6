"""Request models for system addresses."""

from typing import Annotated, ClassVar

from pydantic import Field

from osticket_api.query.small_lists import NamedQuery
from osticket_api.web.input import Changes, Id, Input
from osticket_api.web.texts import Address, Name, Notes, fits

EmailName = Annotated[Name, Field(max_length=255), fits(255)]


class EmailQuery(NamedQuery):
    """Filters of the list of system addresses."""

    sort: str = Field("email", max_length=200, description="Keys, comma separated; `-` for descending.")
    q: str | None = Field(None, max_length=255, description="Part of the name or of the address.")


class EmailCreate(Input):
    """A new address."""

    email: Address = Field(examples=["sales@help.example"])
    name: EmailName = Field(examples=["Sales"])
    department_id: Id | None = None
    topic_id: Id | None = None
    priority_id: Id | None = None
    sends_auto_responses: bool = True
    notes: Notes | None = None


class EmailUpdate(Changes):
    """Changes to an address. What is absent stays."""

    clearable: ClassVar[frozenset[str]] = frozenset({"department_id", "topic_id", "priority_id", "notes"})

    email: Address | None = None
    name: EmailName | None = None
    department_id: Id | None = None
    topic_id: Id | None = None
    priority_id: Id | None = None
    sends_auto_responses: bool | None = None
    notes: Notes | None = None
