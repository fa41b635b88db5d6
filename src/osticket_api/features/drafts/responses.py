"""Response models for drafts."""

from datetime import datetime

import msgspec

from osticket_api.features.drafts.namespaces import Kind


class Draft(msgspec.Struct, kw_only=True):
    """A draft: a text that its author has not posted yet."""

    id: int
    kind: Kind | None
    """null: something of osTicket's that this API does not write."""
    ticket_id: int | None
    task_id: int | None
    body: str
    """HTML."""
    created_at: datetime | None
    updated_at: datetime | None
