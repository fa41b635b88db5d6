"""Request models for the feed."""

from pydantic import Field

from osticket_api.web.input import Id, Parameters


class FeedQuery(Parameters):
    """Which events, and how long to wait for them."""

    after: int | None = Field(
        None, ge=0, le=2**53, description="`meta.next_cursor` of the answer before. Without it, the oldest events kept."
    )
    types: str | None = Field(
        None, max_length=2000, description="Types, comma separated; `*` stands for anything: `ticket.*,user.created`."
    )
    ticket_id: Id | None = Field(None, description="Only events of this ticket.")
    queue_id: Id | None = Field(None, description="Only events of tickets in this queue. For agents.")
    limit: int = Field(100, ge=1, le=500, description="How many events at most.")
    wait: float = Field(0, ge=0, le=30, description="Seconds to wait for the first event, where there is none yet.")
