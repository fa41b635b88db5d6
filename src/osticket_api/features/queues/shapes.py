"""Queues as they leave."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from osticket_api.web.shapes import Named


class QueueCriterion(msgspec.Struct):
    """One condition, as osTicket keeps it."""

    field: str
    """What is looked at, such as `status__state`."""
    method: str | None
    """How, such as `includes`."""
    value: Any


class QueueColumn(msgspec.Struct):
    id: int
    heading: str
    field: str
    """What it shows, such as `cdata__subject`."""
    width: int
    is_sortable: bool


class QueueSort(msgspec.Struct):
    id: int
    name: str
    order: list[str]
    """Fields, `-` for descending."""


class QueueBrief(msgspec.Struct, kw_only=True):
    """A queue as the tree shows it."""

    id: int
    title: str
    parent_id: int | None
    kind: str
    """queue, or search for a saved search."""
    is_public: bool
    is_mine: bool
    children: list[QueueBrief] = []


class Queue(msgspec.Struct, kw_only=True):
    """A queue with all that it takes over from those above it."""

    id: int
    title: str
    full_name: str
    """With the titles of those above it."""
    parent_id: int | None
    kind: str
    """queue, or search for a saved search."""
    is_public: bool
    is_mine: bool
    owner: Named | None
    """The agent who made it; null for those of the help desk."""
    criteria: list[QueueCriterion]
    """All that a ticket must meet, those of the queues above included."""
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
    """There are more than were counted."""
