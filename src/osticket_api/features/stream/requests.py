"""Request models for the stream."""

from pydantic import Field

from osticket_api.web.input import Id, Parameters


class StreamQuery(Parameters):
    """Which events, and from where on."""

    types: str | None = Field(
        None, max_length=2000, description="Types, comma separated; `*` stands for anything: `ticket.*,user.created`."
    )
    ticket_id: Id | None = Field(None, description="Only events of this ticket.")
    queue_id: Id | None = Field(None, description="Only events of tickets in this queue. For agents.")
    after: int | None = Field(
        None,
        ge=0,
        le=2**53,
        description="Begin after this number, as `Last-Event-ID` does. Without either, the stream begins now.",
    )
    ticket: str | None = Field(
        None, max_length=100, description="A ticket from `POST /stream/tickets`, instead of a header."
    )
