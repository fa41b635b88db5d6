"""Response models for queues."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from osticket_api.features.queues.criteria.kinds import METHODS
from osticket_api.kit.enumerations import one_of
from osticket_api.web.responses import NamedRef


class QueueCriterion(msgspec.Struct):
    """One condition, as osTicket keeps it."""

    field: str
    """The field that is compared, such as `status__state`."""
    method: Annotated[str, one_of(METHODS)] | None
    """How, such as `includes`; null for `:keywords`, and for what a plugin of osTicket brought."""
    value: Any


ColumnType = Literal["text", "number", "boolean", "moment", "reference", "custom", "unknown"]


class QueueColumn(msgspec.Struct):
    """A column of a queue. `?columns=true` puts its value into each ticket, at its place among the columns."""

    id: int
    heading: str
    """The label of the column."""
    field: str
    """The field that the column shows, by osTicket's name, such as `cdata__subject`."""
    name: str | None
    """The field's name in this API, such as `subject` or `user.name`; null where tickets here do not show it."""
    type: ColumnType
    """The type of the column's values: a reference has an id and a name."""
    width: int
    is_sortable: bool
    """Whether osTicket sorts by it."""
    sort_key: str | None
    """What `sort` takes for it; null where this API cannot sort by it for the caller."""


class QueueSort(msgspec.Struct):
    id: int
    name: str
    order: list[str]
    """Fields as osTicket says them, `-` for descending."""
    sort: str | None
    """The order as a value of `sort`; null where this API sorts so only within the queue."""


class QueueBrief(msgspec.Struct, kw_only=True):
    """A queue as the tree shows it."""

    id: int
    title: str
    parent_id: int | None
    kind: Annotated[str, one_of(("queue", "search"))]
    """queue, or search for a saved search."""
    is_public: bool
    is_mine: bool
    children: list[QueueBrief] = []


class Queue(msgspec.Struct, kw_only=True):
    """A queue with all that it takes over from those above it."""

    id: int
    title: str
    full_name: str
    """The title with those of the queues above."""
    parent_id: int | None
    kind: Annotated[str, one_of(("queue", "search"))]
    """queue, or search for a saved search."""
    is_public: bool
    is_mine: bool
    owner: NamedRef | None
    """The agent who made it; null for those of the help desk."""
    criteria: list[QueueCriterion]
    """All criteria that a ticket must meet, those of the queues above included."""
    own_criteria: list[QueueCriterion]
    inherits_criteria: bool
    inherits_columns: bool
    quick_filter: str | None
    """The field that `quick_filter` narrows by."""
    columns: list[QueueColumn]
    sorts: list[QueueSort]
    """Orders to choose from."""
    default_sort: QueueSort | None
    """null: the newest first."""
    is_available: bool
    """Whether this server can list its tickets."""
    unavailable_because: str | None
    created_at: datetime | None
    updated_at: datetime | None


class QueueCount(msgspec.Struct):
    id: int
    title: str
    count: int | None
    """null where this server cannot tell."""
    is_at_least: bool
    """Whether the queue has more tickets than were counted."""
