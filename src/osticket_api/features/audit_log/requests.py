"""Request models for logs."""

from typing import Literal

from pydantic import AwareDatetime, Field

from osticket_api.query.listing import ListQuery


class LogQuery(ListQuery):
    """Filters of both logs."""

    sort: str = Field("-id", max_length=200, description="`id` or `created_at`; `-` for descending.")
    since: AwareDatetime | None = Field(None, description="From this moment on.")
    until: AwareDatetime | None = Field(None, description="Before this moment.")


class AuditQuery(LogQuery):
    """Filters of the audit log."""

    actor: str | None = Field(None, max_length=64, description="Who did it, such as `staff:3` or `key:7`.")
    ip: str | None = Field(None, max_length=64, description="The address that the request came from.")
    request_id: str | None = Field(None, max_length=64, description="The id of the request.")
    outcome: Literal["done", "refused", "pruned"] | None = Field(None, description="The outcome of the request.")
    target: str | None = Field(None, max_length=255, description="The path begins with this.")


class SystemLogQuery(LogQuery):
    """Filters of osTicket's system log."""

    severity: Literal["Error", "Warning", "Debug"] | None = Field(None, description="Only rows of this severity.")
    q: str | None = Field(None, max_length=255, description="Part of the title.")
