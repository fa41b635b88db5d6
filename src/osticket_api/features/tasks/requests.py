"""Request models of task routes."""

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from osticket_api.features.tasks.service.create import NewTask
from osticket_api.features.tasks.service.edit import TaskChanges
from osticket_api.features.threads.api import Body, Format, WithAttachments
from osticket_api.web.input import Changes, Id, Input, Parameters

Title = Annotated[str, StringConstraints(min_length=1, max_length=255, strip_whitespace=True)]
Status = Literal["open", "closed"]


class TaskCommented(Input):
    """An action that may say why."""

    comment: Body | None = Field(None, description="Becomes an internal note on the task.")


class NewTaskFormQuery(Parameters):
    department_id: Id | None = Field(
        None, description="The department of the task. Without it, what is hidden or frozen in any department counts."
    )


class TaskCreate(WithAttachments):
    """A new task, on a ticket or by itself."""

    title: Title = Field(examples=["Call the lift company"])
    description: Body = Field(examples=["<p>The contract number is on the inside of the door.</p>"])
    format: Format = "html"
    department_id: Id = Field(examples=[1])
    ticket_id: Id | None = None
    staff_id: Id | None = None
    team_id: Id | None = None
    due_at: AwareDatetime | None = None
    custom_fields: dict[str, Any] = Field(default_factory=dict)

    def new_task(self) -> NewTask:
        """Raises: Invalid naming every attachment whose content is not valid base64."""
        return NewTask(files=self.files(), **self.model_dump(exclude={"attachments"}))


class TaskUpdate(TaskCommented, Changes):
    """Changes to a task. What is absent stays; null clears. One field is a quick edit, several are the whole form."""

    clearable: ClassVar[frozenset[str]] = frozenset({"comment", "due_at"})

    title: Title | None = None
    due_at: AwareDatetime | None = None
    custom_fields: dict[str, Any] = Field(default_factory=dict)

    def changes(self) -> TaskChanges:
        answers = {**self.custom_fields, **({"title": self.title} if self.title is not None else {})}
        return TaskChanges(
            answers=answers, moves_due="due_at" in self.model_fields_set, due_at=self.due_at, comment=self.comment
        )


class TaskReplyCreate(WithAttachments):
    """How the task goes."""

    body: Body = Field(examples=["<p>Half done.</p>"])
    format: Format = "html"
    status: Status | None = Field(None, description="The new status of the task.")
    reply_to: Literal["all", "none"] = Field("all", description="Whether collaborators get the reply by mail.")


class TaskNoteCreate(WithAttachments):
    """An internal note on a task."""

    body: Body = Field(examples=["<p>Half done.</p>"])
    format: Format = "html"
    status: Status | None = Field(None, description="The new status of the task.")

    title: str | None = Field(None, max_length=255)


class TaskAssign(TaskCommented):
    """An agent or a team. Whichever is not named keeps the task."""

    staff_id: Id | None = Field(None, examples=[2])
    team_id: Id | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.staff_id is None) == (self.team_id is None):
            raise ValueError("Give exactly one of staff_id, team_id.")
        return self


class TaskTransfer(TaskCommented):
    department_id: Id = Field(examples=[2])


class TaskChangeStatus(TaskCommented):
    status: Status


class TaskDelete(Input):
    comment: Body | None = Field(None, description="The reason, for the system log, where that logs everything.")
