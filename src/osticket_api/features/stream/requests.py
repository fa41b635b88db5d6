"""What may be asked of a stream."""

from pydantic import Field

from osticket_api.web.input import Id, Parameters


class StreamQuery(Parameters):
    """Which events, and from where on."""

    types: str | None = Field(
        None, max_length=2000, description="Types, comma separated; `*` stands for anything: `ticket.*,user.created`."
    )
    ticket_id: Id | None = Field(None, description="Only what belongs to this ticket.")
    queue_id: Id | None = Field(None, description="Only what belongs to tickets in this queue. For agents.")
    after: int | None = Field(
        None, ge=0, le=2**53, description="Begin after this number, as `Last-Event-ID` does. Without either, now."
    )
    ticket: str | None = Field(None, max_length=100, description="From `POST /stream/tickets`, instead of a header.")
