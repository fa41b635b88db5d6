"""Request models for departments."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from osticket_api.web.input import Changes, Id, Input, Parameters
from osticket_api.web.texts import Markup, Name, fits

DepartmentName = Annotated[Name, fits(128)]


class _Properties(Input):
    parent_id: Id | None = None
    manager_id: Id | None = Field(None, description="An agent, who becomes a member of the department.")
    sla_id: Id | None = None
    schedule_id: Id | None = Field(
        None, description="The schedule of business hours, which goes before that of the SLA plan."
    )
    email_id: Id | None = Field(None, description="The address that mail is sent from; null: the help desk's.")
    auto_response_email_id: Id | None = Field(None, description="null: the same as `email_id`.")
    template_group_id: Id | None = Field(None, description="Texts of mails; null: the help desk's.")
    is_public: bool = True
    is_active: bool = True
    is_archived: bool = Field(
        False, description="Whether it is no longer in use; its closed tickets cannot be reopened then."
    )
    assigns_to_members_only: bool = False
    assigns_to_primary_members_only: bool = False
    claims_on_reply: bool = Field(
        True, description="Whether an unassigned ticket is claimed by the agent who replies to it."
    )
    assigns_on_reopen: bool = Field(True, description="Whether a reopened ticket goes back to its last agent.")
    responds_to_tickets: bool = True
    responds_to_messages: bool = True
    alert_recipients: Literal["primary_members", "members", "nobody"] = "members"
    signature: Markup | None = Field(None, description="HTML, below what agents write from a public department.")


class DepartmentCreate(_Properties):
    """A new department."""

    name: DepartmentName = Field(max_length=128, examples=["Logistics"])


class DepartmentUpdate(_Properties, Changes):
    """Changes to a department. What is absent stays."""

    clearable: ClassVar[frozenset[str]] = frozenset(
        {
            "parent_id",
            "manager_id",
            "sla_id",
            "schedule_id",
            "email_id",
            "auto_response_email_id",
            "template_group_id",
            "signature",
        }
    )

    name: DepartmentName | None = Field(None, max_length=128)


class DepartmentRemoval(Parameters):
    """Where the contents of a deleted department go."""

    move_to: Id | None = Field(
        None, description="The department that gets its tickets and tasks; by default the default department."
    )


class Member(Changes):
    """How an agent belongs to a department."""

    role_id: Id | None = Field(
        None, description="The role there. Required for agents who are not members yet.", examples=[1]
    )
    alerts: bool | None = Field(
        None, description="Whether the agent gets the department's alerts. By default unchanged; for new members true."
    )
