"""Response models for logs."""

from datetime import datetime
from typing import Annotated, Any

import msgspec

from osticket_api.kit.enumerations import one_of


class AuditEntry(msgspec.Struct):
    """One transaction that changed something, or one refused attempt."""

    id: int
    created_at: datetime
    actor: str
    """`staff:3`, `user:11`, `key:7`, `anonymous`, or `system` for commands and background jobs."""
    through: str
    """The actor, and the credential that stands for them."""
    ip: str
    request_id: str
    operation: str
    """The method and the path of the route."""
    target: str
    """The path that was asked for."""
    outcome: Annotated[str, one_of(("done", "refused", "pruned"))]
    """`done`, `refused`, or `pruned` for entries that were forgotten."""
    status: int | None
    changes: list[dict[str, Any]]
    """For a change: table, kind, row, the values before and after, secrets masked. For a refusal: code and message."""


class SystemLogEntry(msgspec.Struct):
    """A row of osTicket's system log."""

    id: int
    severity: Annotated[str, one_of(("Error", "Warning", "Debug"))]
    title: str
    text: str
    """The text as HTML."""
    ip: str
    created_at: datetime | None
