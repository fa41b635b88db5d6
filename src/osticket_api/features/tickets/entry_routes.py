"""Changing what was said on a ticket, over HTTP."""

from typing import Annotated

import msgspec
from pydantic import Field
from starlette.responses import Response

from osticket_api.access.principal import Principal
from osticket_api.access.rules import STAFF
from osticket_api.db.engine import Write
from osticket_api.features.threads.editing import Edit, edit_entry
from osticket_api.features.threads.reading import get_entry
from osticket_api.features.threads.schemas import Body, Format
from osticket_api.features.threads.shapes import Entry
from osticket_api.features.tickets.state import get_ticket
from osticket_api.features.tickets.threads import place_of
from osticket_api.web.call import CallDependency, Precondition
from osticket_api.web.input import Input, PathId, payload
from osticket_api.web.router import Router

router = Router(tag="tickets", prefix="/tickets")


class EntryUpdate(Input):
    """The new text of an entry. A title goes with it; without a change of the text it is ignored, as in osTicket."""

    body: Body = Field(examples=["<p>Called her twice, no answer.</p>"])
    title: str | None = Field(None, max_length=255, description="Absent: stays; null: none.")
    format: Format | None = Field(None, description="Absent: stays.")

    def edit(self) -> Edit:
        title = self.title if "title" in self.model_fields_set else msgspec.UNSET
        return Edit(body=self.body, format=self.format, title=title)


@router.update("/{ticket}/thread/{entry}", access=STAFF, returns=Entry)
async def update_entry(
    call: CallDependency, ticket: str, entry: PathId, body: Annotated[EntryUpdate, payload(EntryUpdate)]
) -> Response:
    """Change what an entry says. A copy with an id of its own takes its place; what it said before is kept, hidden.

    Its author may, the department's manager, and whoever has `thread.edit`. Nothing is mailed.
    """

    def answer(changed: Entry) -> Response:
        return call.one(changed, location=f"/api/v2/tickets/{ticket}/thread/{changed.id}")

    return await call.change(answer, _edit, call.precondition, ticket, entry, body.edit())


def _edit(
    tx: Write, principal: Principal, precondition: Precondition, reference: str, entry_id: int, edit: Edit
) -> Entry:
    ticket = get_ticket(tx, principal, reference)
    place = place_of(ticket.id, ticket.thread_id)
    if precondition.is_set:
        precondition.check(get_entry(tx, principal, place, entry_id))
    return get_entry(tx, principal, place, edit_entry(tx, principal, ticket, place, entry_id, edit))
