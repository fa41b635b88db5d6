"""What ticket routes take."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from osticket_api.features.collaborators.service import ReplyTo
from osticket_api.features.threads.schemas import Body, Format, WithAttachments
from osticket_api.web.input import Changes, Id

Subject = Annotated[str, StringConstraints(min_length=1, max_length=255, strip_whitespace=True)]
Source = Literal["Web", "Email", "Phone", "API", "Other"]


class TicketCreate(WithAttachments):
    """A new ticket. Users open their own; agents say whose it is by `user_id`, or by `email` and `name`."""

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
    custom_fields: dict[str, Any] = Field(default_factory=dict)
    user_fields: dict[str, Any] = Field(default_factory=dict, description="Contact fields of somebody new.")

    STAFF_ONLY: ClassVar = frozenset(
        {
            "collaborators",
            "department_id",
            "due_at",
            "note",
            "reply_to",
            "sla_id",
            "staff_id",
            "status_id",
            "team_id",
            "user_id",
        }
    )
    NOT_FOR_USERS: ClassVar = STAFF_ONLY | {"email", "name", "priority_id", "source", "user_fields"}


class TicketUpdate(Changes):
    """Changes to a ticket. What is absent stays; null clears. One field is a quick edit, several are the whole form."""

    clearable: ClassVar[frozenset[str]] = frozenset({"comment", "due_at", "sla_id"})

    subject: Subject | None = None
    priority_id: Id | None = None
    topic_id: Id | None = None
    sla_id: Id | None = None
    due_at: AwareDatetime | None = None
    source: Source | None = None
    custom_fields: dict[str, Any] = Field(default_factory=dict)
    comment: Body | None = Field(None, description="Becomes an internal note.")

    def changes(self) -> dict[str, Any]:
        """What is asked for, by the names the service uses."""
        given = self.given()
        given.pop("comment", None)
        answers = given.pop("custom_fields", {})
        if "priority_id" in given:
            answers = {**answers, "priority": given.pop("priority_id")}
        return {**given, **answers}


class ReplyCreate(WithAttachments):
    """A response to the user."""

    body: Body | None = Field(
        None, description="May be left out with a canned response.", examples=["<p>Restart it.</p>"]
    )
    format: Format = "html"
    canned_response_id: Id | None = Field(
        None, description="A canned response to begin with: filled in for the ticket, with its files."
    )
    reply_to: ReplyTo = Field("all", description="Whom it is addressed to.")
    collaborators: list[Id] | None = Field(
        None, max_length=100, description="User ids of exactly the collaborators who stay active."
    )
    status_id: Id | None = Field(None, description="The status the ticket gets with it.")


class NoteCreate(WithAttachments):
    """An internal note, which users never see."""

    body: Body = Field(examples=["<p>Called her, no answer.</p>"])
    format: Format = "html"
    title: str | None = Field(None, max_length=255)
    status_id: Id | None = None


class MessageCreate(WithAttachments):
    """What a user writes on a ticket."""

    body: Body = Field(examples=["<p>Any update?</p>"])
    format: Format = "html"
