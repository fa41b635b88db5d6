"""THE list of settings that leave: under which name, kept under which of osTicket's keys, and as what.

What is not here does not leave: passwords, secrets, addresses of servers. Source: people.md 8.3, tickets.md Appendix B.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from osticket_api.db.config import Config


@dataclass(frozen=True)
class Setting:
    """One row of osTicket's configuration, which is always text, and its way to a value and back."""

    key: str
    read: Callable[[str], Any]
    write: Callable[[Any], str]

    def value(self, config: Config) -> Any:
        return self.read(config.text(self.key))


def _text(key: str) -> Setting:
    return Setting(key, lambda stored: stored or None, lambda value: value or "")


def _flag(key: str, *, is_off_when_set: bool = False) -> Setting:
    return Setting(
        key,
        lambda stored: (stored not in ("", "0")) != is_off_when_set,
        lambda value: "1" if value != is_off_when_set else "0",
    )


def _number(key: str) -> Setting:
    """A count or an id; osTicket's 0 is null."""
    return Setting(
        key, lambda stored: int(stored) or None if stored.isdecimal() else None, lambda value: str(value or 0)
    )


def _words(key: str) -> Setting:
    return Setting(key, lambda stored: [word.strip() for word in stored.split(",") if word.strip()], ",".join)


def _choice(key: str, **names: str) -> Setting:
    """A name for each stored value; the first is what unknown values mean."""
    by_value = {stored: name for name, stored in names.items()}
    return Setting(key, lambda stored: by_value.get(stored, next(iter(names))), names.__getitem__)


Group = Mapping[str, Setting]

HELP_DESK: Final[Group] = {
    "title": _text("helpdesk_title"),
    "url": _text("helpdesk_url"),
    "is_online": _flag("isonline"),
    "timezone": _text("default_timezone"),
    "language": _text("system_language"),
    "other_languages": _words("secondary_langs"),
    "date_formats": _choice("date_formats", locale="", **{"24h": "24", "custom": "custom"}),
    "time_format": _text("time_format"),
    "date_format": _text("date_format"),
    "datetime_format": _text("datetime_format"),
    "day_datetime_format": _text("daydatetime_format"),
    "page_size": _number("max_page_size"),
    "user_name_format": _text("client_name_format"),
    "agent_name_format": _text("agent_name_format"),
}
SIGN_IN: Final[Group] = {
    "registration": _choice(
        "client_registration", closed="closed", public="public", disabled="disabled", automatic="auto"
    ),
    "requires_account": _flag("clients_only"),
    "verifies_email": _flag("client_verify_email"),
    "resets_passwords": _flag("allow_pw_reset"),
}
KNOWLEDGE_BASE: Final[Group] = {
    "is_enabled": _flag("enable_kb"),
    "requires_sign_in": _flag("restrict_kb"),
}
TICKETS: Final[Group] = {
    "number_format": _text("ticket_number_format"),
    "sequence_id": _number("ticket_sequence_id"),
    "task_number_format": _text("task_number_format"),
    "task_sequence_id": _number("task_sequence_id"),
    "max_open_per_user": _number("max_open_tickets"),
    "locks": _choice("ticket_lock", on_activity="2", on_view="1", never="0"),
    "lock_minutes": _number("autolock_minutes"),
    "claims_on_reply": _flag("auto_claim_tickets"),
    "refers_on_close": _flag("auto_refer_closed"),
    "requires_topic_to_close": _flag("require_topic_to_close"),
    "lists_collaborations": _flag("collaborator_ticket_visibility"),
    "agents_add_collaborators": _flag("disable_agent_collabs", is_off_when_set=True),
    "hides_agent_names": _flag("hide_staff_name"),
    "has_rich_text": _flag("enable_richtext"),
    "has_canned_responses": _flag("enable_premade"),
}
DEFAULTS: Final[Group] = {
    "department_id": _number("default_dept_id"),
    "sla_id": _number("default_sla_id"),
    "priority_id": _number("default_priority_id"),
    "status_id": _number("default_ticket_status_id"),
    "topic_id": _number("default_help_topic"),
    "schedule_id": _number("schedule_id"),
    "email_id": _number("default_email_id"),
    "alert_email_id": _number("alert_email_id"),
    "smtp_account_id": _number("default_smtp_id"),
    "template_group_id": _number("default_template_id"),
}
AUTO_RESPONSES: Final[Group] = {
    "to_new_tickets": _flag("ticket_autoresponder"),
    "to_tickets_by_agents": _flag("ticket_notice_active"),
    "to_messages": _flag("message_autoresponder"),
    "to_collaborators": _flag("message_autoresponder_collabs"),
    "over_limit": _flag("overlimit_notice_active"),
}
_EVENTS: Final = {
    "ticket": ("admin", "dept_manager", "dept_members", "acct_manager"),
    "message": ("laststaff", "assigned", "dept_manager", "acct_manager"),
    "note": ("laststaff", "assigned", "dept_manager"),
    "transfer": ("assigned", "dept_manager", "dept_members"),
    "overdue": ("assigned", "dept_manager", "dept_members"),
    "assigned": ("staff", "team_lead", "team_members"),
    "task": ("admin", "dept_manager", "dept_members"),
    "task_activity": ("laststaff", "assigned", "dept_manager"),
    "task_assignment": ("staff", "team_lead", "team_members"),
    "task_transfer": ("assigned", "dept_manager", "dept_members"),
}
_TOLD: Final = {
    "admin": "administrator",
    "dept_manager": "department_manager",
    "dept_members": "department_members",
    "acct_manager": "account_manager",
    "laststaff": "last_respondent",
    "assigned": "assignee",
    "staff": "assignee",
    "team_lead": "team_lead",
    "team_members": "team_members",
}
ALERTS: Final[Group] = {
    f"{event}_{name}": _flag(f"{event}_alert_{key}")
    for event, recipients in _EVENTS.items()
    for name, key in (("is_on", "active"), *((f"to_{_TOLD[who]}", who) for who in recipients))
}
MAIL: Final[Group] = {
    "sends_attachments": _flag("email_attachments"),
    "strips_quotes": _flag("strip_quoted_reply"),
    "reply_separator": _text("reply_separator"),
    "accepts_unregistered": _flag("accept_unregistered_email"),
    "adds_collaborators": _flag("add_email_collabs"),
}
ADMINISTRATION: Final[Group] = {
    "admin_email": _text("admin_email"),
    "agent_max_logins": _number("staff_max_logins"),
    "agent_lockout_minutes": _number("staff_login_timeout"),
    "agent_session_minutes": _number("staff_session_timeout"),
    "user_max_logins": _number("client_max_logins"),
    "user_session_minutes": _number("client_session_timeout"),
    "log_level": _choice("log_level", warning="2", error="1", debug="3", none="0"),
    "log_months": _number("log_graceperiod"),
}
ATTACHMENTS: Final[Group] = {"max_bytes": _number("max_file_size")}

GROUPS: Final[Mapping[str, Group]] = {
    "help_desk": HELP_DESK,
    "sign_in": SIGN_IN,
    "knowledge_base": KNOWLEDGE_BASE,
    "attachments": ATTACHMENTS,
    "tickets": TICKETS,
    "defaults": DEFAULTS,
    "auto_responses": AUTO_RESPONSES,
    "alerts": ALERTS,
    "mail": MAIL,
    "administration": ADMINISTRATION,
}


def values_of(group: Group, config: Config) -> dict[str, Any]:
    return {name: setting.value(config) for name, setting in group.items()}
