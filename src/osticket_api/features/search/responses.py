"""Response models for searches."""

from typing import Annotated, ClassVar

import msgspec
from msgspec import UNSET, UnsetType

from osticket_api.features.tickets.api import StatusRef
from osticket_api.kit.enumerations import one_of
from osticket_api.web.responses import NamedRef, UserRef


class FoundTicket(msgspec.Struct):
    RESOURCE: ClassVar = "ticket"

    id: int
    number: str
    status: StatusRef | None
    user: UserRef | None


class FoundTask(msgspec.Struct):
    RESOURCE: ClassVar = "task"

    id: int
    number: str
    status: Annotated[str, one_of(("open", "closed"))]
    """open or closed."""


class FoundFaq(msgspec.Struct):
    id: int
    category: NamedRef | None


class Found(msgspec.Struct, kw_only=True):
    """One thing that a search found. What it is stands under the name of its type."""

    type: Annotated[str, one_of(("ticket", "user", "organization", "faq", "task"))]
    """ticket, user, organization, faq or task."""
    id: int
    title: str
    snippet: str | None
    """HTML: the text around the words, escaped, with the words in `<mark>`."""
    rank: float | None
    """How well it matches, to be compared within this answer. null: by number or address."""
    is_exact: bool
    """The query is its number, or its address."""
    ticket: FoundTicket | UnsetType = UNSET
    user: UserRef | UnsetType = UNSET
    organization: NamedRef | UnsetType = UNSET
    faq: FoundFaq | UnsetType = UNSET
    task: FoundTask | UnsetType = UNSET
