"""Request models for outgoing mails."""

from typing import Literal

from pydantic import Field

from osticket_api.query.filtering import Ids
from osticket_api.query.listing import ListQuery

State = Literal["queued", "sent", "failed", "cancelled", "stored"]


class MailQuery(ListQuery):
    """Filters of the list of outgoing mails."""

    state: State | None = Field(None, description="Only mails in this state.")
    ticket_id: Ids | None = Field(None, description="Only mails about these tickets.")
    recipient: str | None = Field(None, max_length=255, description="Only mails to this whole address.")
    template: str | None = Field(None, max_length=32, description="Only mails made from this template.")
