"""Response models for settings."""

from typing import Annotated, Literal, get_args

import msgspec
from msgspec import UNSET, UnsetType

from osticket_api.features.settings.requests import DateFormats, Locks, NameFormat, Registration
from osticket_api.kit.enumerations import one_of
from osticket_api.settings_features import FEATURES


class HelpDesk(msgspec.Struct, kw_only=True):
    title: str | None
    url: str | None
    is_online: bool
    """Otherwise osTicket's pages let nobody but administrators work. This API goes on."""
    timezone: str | None
    language: str | None
    other_languages: list[str]
    date_formats: Annotated[str, one_of(get_args(DateFormats))]
    """locale: as usual in the language; 24h: the same, with 24 hours; custom: by the formats that follow."""
    time_format: str | None
    date_format: str | None
    datetime_format: str | None
    day_datetime_format: str | None
    """All four as ICU patterns, such as `MM/dd/y h:mm a`."""
    page_size: int | None
    user_name_format: Annotated[str, one_of(get_args(NameFormat))] | None
    """original, full, first, last, lastfirst, legal, formal, short, shortformal, or complete."""
    agent_name_format: Annotated[str, one_of(get_args(NameFormat))] | None


class SignIn(msgspec.Struct, kw_only=True):
    registration: Annotated[str, one_of(get_args(Registration))]
    """public: users register themselves; closed: agents do it; disabled: users cannot sign in, and reach tickets by
    links, while sign-ins from before last; automatic: as public.
    """
    requires_account: bool
    """Whether users must sign in to open a ticket on osTicket's pages."""
    verifies_email: bool
    """Whether somebody who asks for a ticket by its number and an address gets a link by mail."""
    resets_passwords: bool
    password_min_bytes: int
    password_max_bytes: int


class KnowledgeBase(msgspec.Struct, kw_only=True):
    is_enabled: bool
    requires_sign_in: bool


class Attachments(msgspec.Struct, kw_only=True):
    """What the caller may attach. Neither types nor endings: files of every kind."""

    is_enabled: bool
    max_bytes: int | None
    types: list[str]
    """Patterns of content types, such as `image/*`."""
    endings: list[str]


class Tickets(msgspec.Struct, kw_only=True):
    number_format: str | None
    sequence_id: int | None
    """null: random numbers."""
    task_number_format: str | None
    task_sequence_id: int | None
    max_open_per_user: int | None
    """null: as many as they like."""
    locks: Annotated[str, one_of(get_args(Locks))]
    """When an agent's work on a ticket locks the ticket: on_activity, on_view, or never."""
    lock_minutes: int | None
    claims_on_reply: bool
    refers_on_close: bool
    requires_topic_to_close: bool
    lists_collaborations: bool
    """Users' lists hold the tickets in which they take part."""
    agents_add_collaborators: bool
    """Whether people whom agents copy on an e-mail become collaborators."""
    hides_agent_names: bool
    has_rich_text: bool
    has_canned_responses: bool


class Defaults(msgspec.Struct, kw_only=True):
    """The defaults of the help desk; null: none."""

    department_id: int | None
    sla_id: int | None
    priority_id: int | None
    status_id: int | None
    topic_id: int | None
    schedule_id: int | None
    email_id: int | None
    alert_email_id: int | None
    smtp_account_id: int | None
    """The account by which addresses send that have no account of their own."""
    template_group_id: int | None


class Administration(msgspec.Struct, kw_only=True):
    admin_email: str | None
    agent_max_logins: int | None
    agent_lockout_minutes: int | None
    agent_session_minutes: int | None
    user_max_logins: int | None
    user_session_minutes: int | None
    log_level: Annotated[str, one_of(("none", "error", "warning", "debug"))]
    """none, error, warning or debug."""
    log_months: int | None
    """How long log entries are kept; null: for ever."""


class AutoResponses(msgspec.Struct, kw_only=True):
    """The automatic mails that users get."""

    to_new_tickets: bool
    to_tickets_by_agents: bool
    """A notice to the user for whom an agent opened a ticket."""
    to_messages: bool
    to_collaborators: bool
    """Whether messages on the portal are mailed to the other people who take part."""
    over_limit: bool


class Alerts(msgspec.Struct, kw_only=True):
    """Whom mails to agents go to: for each event, whether there are any, and to whom."""

    ticket_is_on: bool
    ticket_to_administrator: bool
    ticket_to_department_manager: bool
    ticket_to_department_members: bool
    ticket_to_account_manager: bool
    message_is_on: bool
    message_to_last_respondent: bool
    message_to_assignee: bool
    message_to_department_manager: bool
    message_to_account_manager: bool
    note_is_on: bool
    note_to_last_respondent: bool
    note_to_assignee: bool
    note_to_department_manager: bool
    transfer_is_on: bool
    transfer_to_assignee: bool
    transfer_to_department_manager: bool
    transfer_to_department_members: bool
    overdue_is_on: bool
    overdue_to_assignee: bool
    overdue_to_department_manager: bool
    overdue_to_department_members: bool
    assigned_is_on: bool
    assigned_to_assignee: bool
    assigned_to_team_lead: bool
    assigned_to_team_members: bool
    task_is_on: bool
    """New tasks."""
    task_to_administrator: bool
    task_to_department_manager: bool
    task_to_department_members: bool
    task_activity_is_on: bool
    """Notes, responses and mails in the conversation of a task."""
    task_activity_to_last_respondent: bool
    task_activity_to_assignee: bool
    task_activity_to_department_manager: bool
    task_assignment_is_on: bool
    task_assignment_to_assignee: bool
    task_assignment_to_team_lead: bool
    task_assignment_to_team_members: bool
    task_transfer_is_on: bool
    task_transfer_to_assignee: bool
    task_transfer_to_department_manager: bool
    task_transfer_to_department_members: bool


class Mail(msgspec.Struct, kw_only=True):
    """How mail is written and read."""

    sends_attachments: bool
    strips_quotes: bool
    """Whether the text below the separator of an answer is left out."""
    reply_separator: str | None
    accepts_unregistered: bool
    adds_collaborators: bool
    """People in To and Cc of a mail take part in its ticket."""


class Captcha(msgspec.Struct):
    """The captcha that visitors solve before they write; send its token as `X-Captcha-Token`."""

    provider: Literal["turnstile", "hcaptcha"]
    site_key: str


class Settings(msgspec.Struct, kw_only=True):
    """The help desk's settings: what anybody needs, what agents need, and what administrators look after."""

    help_desk: HelpDesk
    sign_in: SignIn
    knowledge_base: KnowledgeBase
    attachments: Attachments
    captcha: Captcha | None = None
    """null: visitors need none."""
    features: list[Annotated[str, one_of(FEATURES)]] = []
    """The names of the features that are switched on. One that is off has no routes."""
    tickets: Tickets | UnsetType = UNSET
    """For agents."""
    defaults: Defaults | UnsetType = UNSET
    """For administrators."""
    administration: Administration | UnsetType = UNSET
    """For administrators."""
    auto_responses: AutoResponses | UnsetType = UNSET
    """For administrators."""
    alerts: Alerts | UnsetType = UNSET
    """For administrators."""
    mail: Mail | UnsetType = UNSET
    """For administrators."""
