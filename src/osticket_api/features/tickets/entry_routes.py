"""Changing what was said on a ticket, and mailing it once more, over HTTP."""

import msgspec
from pydantic import Field

from osticket_api.access.principal import Staff
from osticket_api.access.rules import STAFF
from osticket_api.db.unit import Write
from osticket_api.features.threads.api import Body, Edit, Entry, Format, edit_entry, get_entry
from osticket_api.features.tickets.reference import TicketRef
from osticket_api.features.tickets.service.send_again import Signature, send_again
from osticket_api.features.tickets.state import get_ticket
from osticket_api.features.tickets.threads import place_of
from osticket_api.web.file_urls import FileUrlsQuery, Urls
from osticket_api.web.input import Input, OptionalBody, PathId
from osticket_api.web.router import Router

router = Router(tag="tickets", prefix="/tickets")


class EntryUpdate(Input):
    """The new text of an entry. A title goes with it; without a change of the text it is ignored, as in osTicket."""

    body: Body = Field(examples=["<p>Called her twice, no answer.</p>"])
    title: str | None = Field(None, max_length=255, description="Absent: the title stays; null: no title.")
    format: Format | None = Field(None, description="Absent: stays.")
    resend: bool = Field(False, description="Mail the response to the ticket's owner once more.")
    signature: Signature = Field("none", description="Whose signature that mail ends with.")

    def edit(self) -> Edit:
        title = self.title if "title" in self.model_fields_set else msgspec.UNSET
        return Edit(body=self.body, format=self.format, title=title, is_mailed=self.resend)


class Resend(Input):
    """How a response is mailed once more."""

    signature: Signature = Field("none", description="Whose signature the mail ends with.")


@router.patch("/{ticket}/thread/{entry}", access=STAFF, location="/tickets/{ticket}/thread/{id}")
def update_entry(
    unit: Write, caller: Staff, ticket: TicketRef, entry: PathId, body: EntryUpdate, query: FileUrlsQuery, urls: Urls
) -> Entry:
    """Change the text of an entry. A copy with an id of its own takes the entry's place; the old text is kept, hidden.
    The author of the entry may, the department's manager, and whoever has `thread.edit`. Nothing is mailed without
    `resend`, which only an agent's response takes.
    """
    target = get_ticket(unit, caller, ticket)
    place = place_of(target.id, target.thread_id)
    if unit.precondition.is_set:
        unit.precondition.check(get_entry(unit, caller, place, entry))
    edited = edit_entry(unit, caller, target, place, entry, body.edit())
    if body.resend:
        send_again(unit, caller, target, edited, body.signature)
    return get_entry(unit, caller, place_of(target.id, target.thread_id, urls), edited)


@router.post("/{ticket}/thread/{entry}/resend", access=STAFF)
def post_resend(unit: Write, caller: Staff, ticket: TicketRef, entry: PathId, body: OptionalBody[Resend]) -> Entry:
    """Mail an agent's response to the ticket's owner once more. Every agent who sees the ticket may."""
    target = get_ticket(unit, caller, ticket)
    place = place_of(target.id, target.thread_id)
    shown = get_entry(unit, caller, place, entry)
    unit.precondition.check(shown)
    send_again(unit, caller, target, entry, body.signature)
    return get_entry(unit, caller, place, entry)
