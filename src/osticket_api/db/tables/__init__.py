"""osTicket's tables, complete for 1.18.1, and our own.

Declared without the installation's prefix; `use_prefix` puts it on. `tests/schema` compares them with a real install.
"""

from osticket_api.db.tables.files import attachment, file, file_chunk
from osticket_api.db.tables.filters import filter_, filter_action, filter_rule
from osticket_api.db.tables.forms import form, form_entry, form_entry_values, form_field, list_, list_items
from osticket_api.db.tables.knowledge import canned_response, content, faq, faq_category, faq_topic, translation
from osticket_api.db.tables.mail import email, email_account, email_template, email_template_group
from osticket_api.db.tables.metadata import metadata, use_prefix
from osticket_api.db.tables.queues import (
    queue,
    queue_column,
    queue_columns,
    queue_config,
    queue_export,
    queue_sort,
    queue_sorts,
)
from osticket_api.db.tables.staff import department, group, role, staff, staff_dept_access, team, team_member
from osticket_api.db.tables.system import api_key, config, plugin, plugin_instance, search, session, syslog
from osticket_api.db.tables.tasks import task, task_cdata
from osticket_api.db.tables.threads import (
    draft,
    event,
    thread,
    thread_collaborator,
    thread_entry,
    thread_entry_email,
    thread_entry_merge,
    thread_event,
    thread_referral,
)
from osticket_api.db.tables.tickets import lock, sequence, ticket, ticket_cdata, ticket_priority, ticket_status
from osticket_api.db.tables.topics import help_topic, help_topic_form, schedule, schedule_entry, sla
from osticket_api.db.tables.users import (
    note,
    organization,
    organization_cdata,
    user,
    user_account,
    user_cdata,
    user_email,
)

__all__ = [
    "api_key",
    "attachment",
    "canned_response",
    "config",
    "content",
    "department",
    "draft",
    "email",
    "email_account",
    "email_template",
    "email_template_group",
    "event",
    "faq",
    "faq_category",
    "faq_topic",
    "file",
    "file_chunk",
    "filter_",
    "filter_action",
    "filter_rule",
    "form",
    "form_entry",
    "form_entry_values",
    "form_field",
    "group",
    "help_topic",
    "help_topic_form",
    "list_",
    "list_items",
    "lock",
    "metadata",
    "note",
    "organization",
    "organization_cdata",
    "plugin",
    "plugin_instance",
    "queue",
    "queue_column",
    "queue_columns",
    "queue_config",
    "queue_export",
    "queue_sort",
    "queue_sorts",
    "role",
    "schedule",
    "schedule_entry",
    "search",
    "sequence",
    "session",
    "sla",
    "staff",
    "staff_dept_access",
    "syslog",
    "task",
    "task_cdata",
    "team",
    "team_member",
    "thread",
    "thread_collaborator",
    "thread_entry",
    "thread_entry_email",
    "thread_entry_merge",
    "thread_event",
    "thread_referral",
    "ticket",
    "ticket_cdata",
    "ticket_priority",
    "ticket_status",
    "translation",
    "use_prefix",
    "user",
    "user_account",
    "user_cdata",
    "user_email",
]
