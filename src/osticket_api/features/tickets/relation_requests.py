"""Request models for routes about several tickets."""

from typing import Annotated, Any, Literal

from pydantic import Field

from osticket_api.features.threads.api import Body
from osticket_api.features.tickets.filters import TicketQuery
from osticket_api.features.tickets.reference import TicketReference
from osticket_api.web.input import Id, Input

MAX_TICKETS = 100


Tickets = Annotated[
    list[TicketReference], Field(min_length=1, max_length=MAX_TICKETS, examples=[[29, "number:899308"]])
]


class LinkTickets(Input):
    """The tickets that become children."""

    tickets: Tickets


class MergeTickets(Input):
    """The tickets that are merged into the one of the URL."""

    tickets: Tickets
    mode: Literal["combine", "separate"] = Field(
        description="Whether the panel shows one conversation, or one for each ticket."
    )
    participants: Literal["all", "owner"] = Field(
        description="Who of each ticket takes part in the parent: everybody, or its owner alone."
    )
    child_status_id: Id = Field(description="The closed status the merged tickets get.", examples=[3])
    parent_status_id: Id | None = None
    delete_children: bool = Field(False, description="Delete the merged tickets; their conversation and tasks stay.")
    move_tasks: bool = Field(False, description="Give the tasks of the merged tickets to the parent.")


class UnlinkTicket(Input):
    """An empty object, or no body at all."""


class DeleteTicket(Input):
    comment: Body | None = Field(None, description="The reason, for the help desk's system log.")


class BulkAction(Input):
    """One action on many tickets."""

    tickets: Tickets
    action: Literal["assign", "claim", "delete", "mark", "owner", "refer", "release", "status", "transfer"]
    parameters: dict[str, Any] = Field(
        default_factory=dict,
        description="The body that the action takes for one ticket.",
        examples=[{"staff_id": 2, "comment": "<p>Yours.</p>"}],
    )


class ChildQuery(TicketQuery):
    """Parameters of a list of children: all that ticket lists have."""

    sort: str = Field("created_at", max_length=200, description="Keys, comma separated; `-` for descending.")
