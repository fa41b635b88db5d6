"""Response models for ticket filters."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from osticket_api.features.filters.requests import ActionType, Operator, Target
from osticket_api.kit.enumerations import one_of
from osticket_api.web.responses import NamedRef


class FilterRule(msgspec.Struct):
    """One comparison of a filter."""

    field: str
    operator: Operator
    value: str


class FilterAction(msgspec.Struct, kw_only=True):
    """An action of a filter on tickets that match."""

    type: ActionType | str
    id: int | UnsetType = UNSET
    """The department, priority, ... that is set."""
    from_email_id: int | UnsetType | None = UNSET
    recipients: str | UnsetType = UNSET
    subject: str | UnsetType = UNSET
    message: str | UnsetType = UNSET


class TicketFilter(msgspec.Struct, kw_only=True):
    """A filter: rules about new tickets, and actions on those that match."""

    id: int
    name: str
    order: int
    """Filters with lower numbers are tried first."""
    is_active: bool
    target: Target
    email: NamedRef | None
    """The address to which mails must have come for the filter to look at them."""
    match: Annotated[str, one_of(("all", "any"))]
    """Whether `all` rules must hold, or `any`."""
    stops_on_match: bool
    rules: list[FilterRule]
    actions: list[FilterAction]
    notes: str | None
    created_at: datetime | None
    updated_at: datetime | None


class TriedRule(FilterRule):
    """A comparison, and whether it holds."""

    holds: bool


class TriedFilter(msgspec.Struct, kw_only=True):
    """A filter that was tried."""

    id: int
    name: str
    matches: bool
    is_reached: bool
    """Whether no filter before it stops the run."""
    rules: list[TriedRule]


class FilterMail(msgspec.Struct, kw_only=True):
    """A mail that a filter would send."""

    filter_name: str
    recipients: str
    subject: str


class TrialOutcome(msgspec.Struct, kw_only=True):
    """What the filters would do with the ticket; null: they leave it to topic, department and settings."""

    rejected_by: str | None
    """The name of the filter, or of the ban list."""
    department_id: int | None
    priority_id: int | None
    sla_id: int | None
    team_id: int | None
    staff_id: int | None
    topic_id: int | None
    status_id: int | None
    canned_response_id: int | None
    sends_auto_response: bool
    email: str | None
    """The address that is taken for the sender's instead."""
    mails: list[FilterMail]


class FilterTrial(msgspec.Struct, kw_only=True):
    """The result of trying all active filters."""

    filters: list[TriedFilter]
    """The filters in the order in which they are tried."""
    outcome: TrialOutcome
