"""Request models of ticket routes."""

from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from osticket_api.features.collaborators.api import ReplyTo
from osticket_api.features.threads.api import Body, Format, WithAttachments
from osticket_api.features.tickets.reference import TicketReference
from osticket_api.features.tickets.service.moves import MOVES
from osticket_api.web.input import Changes, Id

Subject = Annotated[str, StringConstraints(min_length=1, max_length=255, strip_whitespace=True)]
Signature = Literal["none", "mine", "department"]
Source = Literal["Web", "Email", "Phone", "API", "Other"]


class TicketCreate(WithAttachments):
    """A new ticket. Users open their own; all others say whose it is by `email` and `name`, agents by `user_id` too.

    Without `topic_id` the ticket gets the help desk's default topic, or none where there is no default.
    """

    subject: Subject = Field(examples=["Printer on fire"])
    message: Body = Field(examples=["<p>Please bring an extinguisher.</p>"])
    format: Format = "html"
    user_id: Id | None = None
    email: str | None = Field(None, max_length=255, examples=["uma@acme.example"])
    name: str | None = Field(None, max_length=128, examples=["Uma Owner"])
    topic_id: Id | None = Field(None, examples=[1])
    department_id: Id | None = None
    priority_id: Id | None = None
    sla_id: Id | None = None
    status_id: Id | None = None
    due_at: AwareDatetime | None = None
    staff_id: Id | None = None
    team_id: Id | None = None
    source: Source | None = None
    collaborators: list[Id] = Field(default_factory=list, max_length=100)
    reply_to: ReplyTo = "all"
    note: Body | None = None
    response: Body | None = Field(None, description="An answer that the user gets with the ticket.")
    signature: Signature = Field("none", description="Whose signature the mail to the user ends with.")
    alert: bool = Field(
        True,
        description="Whether agents are told by mail of the ticket and its response. The assignee is told in any case.",
    )
    autorespond: bool = Field(
        True,
        description="Whether the user gets the automatic answer of the help desk. Agents' tickets never have one.",
    )
    custom_fields: dict[str, Any] = Field(default_factory=dict)
    user_fields: dict[str, Any] = Field(default_factory=dict, description="Contact fields of a user who is new.")

    STAFF_ONLY: ClassVar = frozenset(
        {
            "collaborators",
            "department_id",
            "due_at",
            "note",
            "reply_to",
            "response",
            "signature",
            "sla_id",
            "staff_id",
            "status_id",
            "team_id",
            "user_id",
        }
    )
    NOT_FOR_VISITORS: ClassVar = STAFF_ONLY | {"alert", "autorespond", "priority_id", "source"}
    NOT_FOR_USERS: ClassVar = NOT_FOR_VISITORS | {"email", "name", "user_fields"}


class NoteOfUpdate(WithAttachments):
    """An internal note that comes with changes."""

    body: Body = Field(examples=["<p>Moved, since it is about the invoice.</p>"])
    format: Format = "html"
    title: str | None = Field(None, max_length=255)


class TicketUpdate(Changes):
    """Changes to a ticket. What is absent stays; null clears. One field is a quick edit, several are the whole form."""

    body_limit: ClassVar[int | None] = None
    clearable: ClassVar[frozenset[str]] = frozenset({"comment", "due_at", "sla_id", "staff_id", "team_id"})

    subject: Subject | None = None
    priority_id: Id | None = None
    topic_id: Id | None = None
    sla_id: Id | None = None
    due_at: AwareDatetime | None = None
    source: Source | None = None
    department_id: Id | None = Field(None, description="Transfers the ticket.")
    staff_id: Id | None = Field(None, description="Assigns the ticket to this agent; null unassigns it from its agent.")
    team_id: Id | None = Field(None, description="Assigns the ticket to this team; null unassigns it from its team.")
    status_id: Id | None = Field(None, description="Closes the ticket, reopens it, or gives it another status.")
    custom_fields: dict[str, Any] = Field(default_factory=dict)
    comment: Body | None = Field(None, description="Becomes an internal note.")
    parent: TicketReference | None = Field(
        None, description="The ticket of which this one becomes a child, by its id or `number:<number>`."
    )
    note: NoteOfUpdate | None = Field(None, description="An internal note to add, with its files.")

    def moves(self) -> dict[str, Any]:
        """The requested changes of department, assignee and status."""
        return {name: value for name, value in self.given().items() if name in MOVES}

    def changes(self) -> dict[str, Any]:
        """The requested changes, by the names that the service uses."""
        given = {name: value for name, value in self.given().items() if name not in MOVES}
        for name in ("comment", "parent", "note"):
            given.pop(name, None)
        answers = given.pop("custom_fields", {})
        if "priority_id" in given:
            answers = {**answers, "priority": given.pop("priority_id")}
        return {**given, **answers}


LockCode = Annotated[str, Field(max_length=20)]
LOCK_CODE: Final = "The code of your lock on the ticket, which then ends. Without it the lock stays."


class ReplyCreate(WithAttachments):
    """A response to the user."""

    body: Body | None = Field(
        None, description="The text. With a canned response it can be left out.", examples=["<p>Restart it.</p>"]
    )
    format: Format = "html"
    canned_response_id: Id | None = Field(
        None, description="A canned response to begin with: filled in for the ticket, with its files."
    )
    reply_to: ReplyTo = Field("all", description="The recipients of the reply.")
    collaborators: list[Id] | None = Field(
        None, max_length=100, description="User ids of exactly the collaborators who stay active."
    )
    status_id: Id | None = Field(None, description="The new status of the ticket.")
    lock_code: LockCode | None = Field(None, description=LOCK_CODE)
    signature: Signature = Field("none", description="Whose signature the mail ends with.")
    from_email_id: Id | None = Field(None, description="The help desk's address that it is mailed from.")
    alert: bool = Field(True, description="Whether agents who follow the ticket are told by mail.")


class NoteCreate(WithAttachments):
    """An internal note, which users never see."""

    body: Body = Field(examples=["<p>Called her, no answer.</p>"])
    format: Format = "html"
    title: str | None = Field(None, max_length=255)
    status_id: Id | None = None
    lock_code: LockCode | None = Field(None, description=LOCK_CODE)
    alert: bool = Field(True, description="Whether agents who follow the ticket are told by mail.")


class MessageCreate(WithAttachments):
    """A message of a user on a ticket."""

    body: Body = Field(examples=["<p>Any update?</p>"])
    format: Format = "html"
