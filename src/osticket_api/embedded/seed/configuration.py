"""The settings of a new install, and the few that come from whoever installs."""

from osticket_api.db import tables as t
from osticket_api.embedded.new_desk import NewDesk
from osticket_api.embedded.rows import Plan, rows
from osticket_api.kit import php_json

SCHEMA_SIGNATURE = "5fb92bef17f3b603659e024c01cc7a59"
"""The signature that osTicket 1.18.1 compares with its own files before it starts."""

_FORMATS = {
    "time_format": "hh:mm a",
    "date_format": "MM/dd/y",
    "datetime_format": "MM/dd/y h:mm a",
    "daydatetime_format": "EEE, MMM d y h:mm a",
    "system_language": "en_US",
}

_DEFAULTS = {
    "default_dept_id": "1",
    "default_email_id": "1",
    "alert_email_id": "2",
    "default_smtp_id": "",
    "default_template_id": "1",
    "default_sla_id": "1",
    "default_priority_id": "2",
    "default_ticket_queue": "1",
    "schedule_id": "1",
    "landing_page_id": "1",
    "thank-you_page_id": "2",
    "offline_page_id": "3",
    "ticket_number_format": "######",
    "ticket_sequence_id": "",
    "task_number_format": "#",
    "task_sequence_id": "2",
}

_VALUES = {
    "reply_separator": "-- reply above this line --",
    "staff_max_logins": "4",
    "staff_login_timeout": "2",
    "staff_session_timeout": "30",
    "client_max_logins": "4",
    "client_login_timeout": "2",
    "client_session_timeout": "30",
    "client_registration": "public",
    "max_page_size": "25",
    "autolock_minutes": "3",
    "log_level": "2",
    "log_graceperiod": "12",
    "embedded_domain_whitelist": "youtube.com, dailymotion.com, vimeo.com, player.vimeo.com, web.microsoftstream.com",
    "max_file_size": "1048576",
}

_ON = """
    isonline enable_premade send_sys_errors send_sql_errors send_login_errors save_email_headers strip_quoted_reply
    ticket_notice_active ticket_alert_active ticket_alert_admin ticket_alert_dept_manager message_alert_active
    message_alert_laststaff message_alert_assigned note_alert_laststaff note_alert_assigned
    transfer_alert_dept_manager overdue_alert_active overdue_alert_assigned overdue_alert_dept_manager
    assigned_alert_active assigned_alert_staff auto_claim_tickets auto_refer_closed collaborator_ticket_visibility
    show_related_tickets show_assigned_tickets email_attachments
"""

_OFF = """
    enable_daylight_saving staff_ip_binding passwd_reset_period max_open_tickets use_email_priority enable_kb
    enable_captcha enable_auto_cron enable_mail_polling ticket_autoresponder message_autoresponder
    ticket_alert_dept_members message_alert_dept_manager note_alert_active note_alert_dept_manager
    transfer_alert_active transfer_alert_assigned transfer_alert_dept_members overdue_alert_dept_members
    assigned_alert_team_lead assigned_alert_team_members require_topic_to_close show_answered_tickets
    hide_staff_name disable_agent_collabs overlimit_notice_active queue_bucket_counts allow_external_images
"""


def plan(desk: NewDesk) -> Plan:
    """Source: people.md 8.3, tickets.md Appendix B."""
    core = {
        "admin_email": desk.admin_email,
        "helpdesk_url": desk.url,
        "helpdesk_title": desk.title,
        "schema_signature": SCHEMA_SIGNATURE,
        "default_timezone": desk.timezone,
        **_FORMATS,
        **_DEFAULTS,
        **_VALUES,
        **dict.fromkeys(_ON.split(), "1"),
        **dict.fromkeys(_OFF.split(), ""),
    }
    yield t.config, rows("namespace key value", *(("core", key, value) for key, value in core.items()))
    yield (
        t.config,
        rows(
            "namespace key value",
            ("schedule.1", "configuration", php_json.encode({"holidays": [4]})),
            ("mysqlsearch", "reindex", "0"),
        ),
    )
