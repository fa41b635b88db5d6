"""Request models for settings: the groups of the responses, each with the settings to change."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from osticket_api.features.sequences.api import NumberFormat
from osticket_api.web.input import Changes, Id, NoSwitch
from osticket_api.web.texts import Name, Text, Timezone, fits

Format = Annotated[Text, Field(min_length=1, max_length=255), fits(255)]
Url = Annotated[str, Field(max_length=255, pattern=r"^https?://[^\s/]+(/\S*)?$")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(_[A-Z]{2})?$")]
NameFormat = Literal[
    "original", "full", "first", "last", "lastfirst", "legal", "formal", "short", "shortformal", "complete"
]

PageSize = Annotated[int, Field(ge=5, le=100), NoSwitch]
FileBytes = Annotated[int, Field(ge=1024, le=2**31 - 1), NoSwitch]
TicketCount = Annotated[int, Field(ge=1, le=10_000), NoSwitch]
LockMinutes = Annotated[int, Field(ge=1, le=60), NoSwitch]
DateFormats = Literal["locale", "24h", "custom"]
Registration = Literal["public", "closed", "disabled", "automatic"]
Locks = Literal["on_activity", "on_view", "never"]


class HelpDeskChanges(Changes):
    title: Annotated[Name, Field(max_length=255), fits(255)] | None = None
    url: Url | None = None
    is_online: bool | None = None
    timezone: Timezone | None = None
    language: Language | None = None
    other_languages: list[Language] | None = Field(None, max_length=50)
    date_formats: DateFormats | None = None
    time_format: Format | None = None
    date_format: Format | None = None
    datetime_format: Format | None = None
    day_datetime_format: Format | None = None
    page_size: PageSize | None = None
    user_name_format: NameFormat | None = None
    agent_name_format: NameFormat | None = None


class SignInChanges(Changes):
    registration: Registration | None = None
    requires_account: bool | None = None
    verifies_email: bool | None = None
    resets_passwords: bool | None = None


class KnowledgeBaseChanges(Changes):
    is_enabled: bool | None = None
    requires_sign_in: bool | None = None


class AttachmentChanges(Changes):
    max_bytes: FileBytes | None = None


class TicketChanges(Changes):
    clearable: ClassVar[frozenset[str]] = frozenset({"sequence_id", "task_sequence_id", "max_open_per_user"})

    number_format: NumberFormat | None = None
    sequence_id: Id | None = None
    task_number_format: NumberFormat | None = None
    task_sequence_id: Id | None = None
    max_open_per_user: TicketCount | None = None
    locks: Locks | None = None
    lock_minutes: LockMinutes | None = None
    claims_on_reply: bool | None = None
    refers_on_close: bool | None = None
    requires_topic_to_close: bool | None = None
    lists_collaborations: bool | None = None
    agents_add_collaborators: bool | None = None
    hides_agent_names: bool | None = None
    has_rich_text: bool | None = None
    has_canned_responses: bool | None = None


class DefaultChanges(Changes):
    clearable: ClassVar[frozenset[str]] = frozenset({"sla_id", "topic_id", "schedule_id", "smtp_account_id"})

    department_id: Id | None = None
    sla_id: Id | None = None
    priority_id: Id | None = None
    status_id: Id | None = None
    topic_id: Id | None = None
    schedule_id: Id | None = None
    email_id: Id | None = None
    alert_email_id: Id | None = None
    smtp_account_id: Id | None = None
    template_group_id: Id | None = None


class AutoResponseChanges(Changes):
    to_new_tickets: bool | None = None
    to_tickets_by_agents: bool | None = None
    to_messages: bool | None = None
    to_collaborators: bool | None = None
    over_limit: bool | None = None


class AlertChanges(Changes):
    ticket_is_on: bool | None = None
    ticket_to_administrator: bool | None = None
    ticket_to_department_manager: bool | None = None
    ticket_to_department_members: bool | None = None
    ticket_to_account_manager: bool | None = None
    message_is_on: bool | None = None
    message_to_last_respondent: bool | None = None
    message_to_assignee: bool | None = None
    message_to_department_manager: bool | None = None
    message_to_account_manager: bool | None = None
    note_is_on: bool | None = None
    note_to_last_respondent: bool | None = None
    note_to_assignee: bool | None = None
    note_to_department_manager: bool | None = None
    transfer_is_on: bool | None = None
    transfer_to_assignee: bool | None = None
    transfer_to_department_manager: bool | None = None
    transfer_to_department_members: bool | None = None
    overdue_is_on: bool | None = None
    overdue_to_assignee: bool | None = None
    overdue_to_department_manager: bool | None = None
    overdue_to_department_members: bool | None = None
    assigned_is_on: bool | None = None
    assigned_to_assignee: bool | None = None
    assigned_to_team_lead: bool | None = None
    assigned_to_team_members: bool | None = None
    task_is_on: bool | None = None
    task_to_administrator: bool | None = None
    task_to_department_manager: bool | None = None
    task_to_department_members: bool | None = None
    task_activity_is_on: bool | None = None
    task_activity_to_last_respondent: bool | None = None
    task_activity_to_assignee: bool | None = None
    task_activity_to_department_manager: bool | None = None
    task_assignment_is_on: bool | None = None
    task_assignment_to_assignee: bool | None = None
    task_assignment_to_team_lead: bool | None = None
    task_assignment_to_team_members: bool | None = None
    task_transfer_is_on: bool | None = None
    task_transfer_to_assignee: bool | None = None
    task_transfer_to_department_manager: bool | None = None
    task_transfer_to_department_members: bool | None = None


class MailChanges(Changes):
    clearable: ClassVar[frozenset[str]] = frozenset({"reply_separator"})

    sends_attachments: bool | None = None
    strips_quotes: bool | None = None
    reply_separator: Annotated[Text, Field(max_length=255), fits(255)] | None = None
    accepts_unregistered: bool | None = None
    adds_collaborators: bool | None = None


class SettingsUpdate(Changes):
    """Changes to the settings, by group. What is absent stays."""

    help_desk: HelpDeskChanges | None = Field(None, examples=[{"title": "Acme Help"}])
    sign_in: SignInChanges | None = None
    knowledge_base: KnowledgeBaseChanges | None = None
    attachments: AttachmentChanges | None = None
    tickets: TicketChanges | None = None
    defaults: DefaultChanges | None = None
    auto_responses: AutoResponseChanges | None = None
    alerts: AlertChanges | None = None
    mail: MailChanges | None = None
