"""Response models for pages."""

from datetime import datetime

import msgspec


class SitePage(msgspec.Struct, kw_only=True):
    """A text of the help desk."""

    id: int
    type: str
    """landing, offline, thank-you, other; or the mail it is for, such as `access-link` and `pwreset-client`."""
    name: str
    """The name of the page; for the text of a mail, its subject."""
    body: str
    is_active: bool
    is_used: bool
    """Whether the help desk's settings or a help topic name it, or a mail is made from it."""
    notes: str | None
    created_at: datetime | None
    updated_at: datetime | None
