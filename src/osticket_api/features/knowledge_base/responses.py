"""Response models for FAQs and their categories."""

from datetime import datetime
from typing import Annotated, get_args

import msgspec
from msgspec import UNSET, UnsetType

from osticket_api.features.knowledge_base.visibility import Visibility
from osticket_api.features.rich_text.api import AttachedFile
from osticket_api.kit.enumerations import one_of
from osticket_api.web.responses import NamedRef


class Faq(msgspec.Struct, kw_only=True):
    """A question with its answer."""

    id: int
    question: str
    answer: str
    """HTML."""
    category: NamedRef | None
    visibility: Annotated[str, one_of(get_args(Visibility))]
    """private (agents only), public, or featured."""
    topics: list[NamedRef]
    attachments: list[AttachedFile]
    keywords: str | UnsetType | None = UNSET
    """For agents."""
    notes: str | UnsetType | None = UNSET
    """For agents."""
    created_at: datetime | None
    updated_at: datetime | None


class FaqCategory(msgspec.Struct, kw_only=True):
    """A category of FAQs."""

    id: int
    name: str
    full_name: str
    """The name with those of all categories above: `Parent / Child`."""
    parent_id: int | None
    description: str
    """HTML."""
    visibility: Annotated[str, one_of(get_args(Visibility))]
    """private (agents only, with all that is in it), public, or featured."""
    faq_count: int
    """Right in it, and the caller's to read."""
    notes: str | UnsetType | None = UNSET
    """For agents."""
    created_at: datetime | None
    updated_at: datetime | None
