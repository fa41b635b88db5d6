"""Response models for mail templates."""

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
    """The subject and body of one kind of mail."""

    id: int
    group: NamedRef | None
    code_name: str
    """The kind of mail, such as `ticket.reply`."""
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
