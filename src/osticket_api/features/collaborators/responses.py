"""Response models for collaborators."""

from datetime import datetime

import msgspec

from osticket_api.web.responses import UserRef


class Collaborator(msgspec.Struct):
    id: int
    user: UserRef
    is_active: bool
    created_at: datetime | None
