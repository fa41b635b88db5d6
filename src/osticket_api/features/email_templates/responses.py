"""Mail templates as they leave."""

from datetime import datetime

import msgspec

from osticket_api.web.responses import NamedRef


class TemplateGroup(msgspec.Struct, kw_only=True):
    """A set of templates, chosen by a department or for the whole help desk."""

    id: int
    name: str
    is_active: bool
    is_default: bool
    language: str
    notes: str | None
    created_at: datetime | None
    updated_at: datetime | None


class EmailTemplate(msgspec.Struct, kw_only=True):
    """What one kind of mail says."""

    id: int
    group: NamedRef | None
    code_name: str
    """What it is for, such as `ticket.reply`."""
    subject: str
    body: str
    """HTML with variables such as `%{ticket.number}`."""
    notes: str | None
    created_at: datetime | None
    updated_at: datetime | None


class FilledTemplate(msgspec.Struct, kw_only=True):
    """A template as it reads for one ticket."""

    subject: str
    html: str
    text: str
