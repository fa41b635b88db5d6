"""What queues take."""

from pydantic import Field

from osticket_api.features.tickets.filters import TicketQuery


class QueueTicketsQuery(TicketQuery):
    """Parameters of the tickets of a queue: those of all ticket lists, which narrow it further."""

    sort: str = Field("", max_length=200, description="Keys, comma separated; `-` for descending. Else the queue's.")
    quick_filter: str | None = Field(
        None, max_length=200, description="A value of the queue's quick filter: an id, a word, or `M`, `T`, `s2`, `t1`."
    )
