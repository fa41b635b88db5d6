"""Every permission, by the key osTicket stores it under.

Role permissions hold in one department, through the role an agent has there; agent permissions hold everywhere.
Naming: `<thing>.<verb>`, as osTicket wrote them. Source: people.md 3.6.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum


class Permission(StrEnum):
    """What a role allows in a department."""

    canned_manage = "canned.manage"
    task_assign = "task.assign"
    task_close = "task.close"
    task_create = "task.create"
    task_delete = "task.delete"
    task_edit = "task.edit"
    task_reply = "task.reply"
    task_transfer = "task.transfer"
    thread_edit = "thread.edit"
    ticket_assign = "ticket.assign"
    ticket_close = "ticket.close"
    ticket_create = "ticket.create"
    ticket_delete = "ticket.delete"
    ticket_edit = "ticket.edit"
    ticket_link = "ticket.link"
    ticket_markanswered = "ticket.markanswered"
    ticket_merge = "ticket.merge"
    ticket_refer = "ticket.refer"
    ticket_release = "ticket.release"
    ticket_reply = "ticket.reply"
    ticket_transfer = "ticket.transfer"


class GlobalPermission(StrEnum):
    """What an agent may do anywhere in the help desk."""

    emails_banlist = "emails.banlist"
    faq_manage = "faq.manage"
    org_create = "org.create"
    org_delete = "org.delete"
    org_edit = "org.edit"
    search_all = "search.all"
    stats_agents = "stats.agents"
    user_create = "user.create"
    user_delete = "user.delete"
    user_dir = "user.dir"
    user_edit = "user.edit"
    user_manage = "user.manage"
    visibility_agents = "visibility.agents"
    visibility_departments = "visibility.departments"


class KeyPermission(StrEnum):
    """What an API key may do by itself, with no agent behind it."""

    admin = "admin"
    """Keep the rights of an administrator, where the key stands for one."""
    cron = "cron"
    knowledge_read = "knowledge.read"
    """Read FAQs and canned responses, as far as the agent may for whom the key stands. So with all that end in read."""
    settings_read = "settings.read"
    """Read how the help desk is set up: topics, forms, lists, statuses, plans, settings."""
    staff_read = "staff.read"
    stats_read = "stats.read"
    subtickets_manage = "subtickets.manage"
    tickets_create = "tickets.create"
    tickets_delete = "tickets.delete"
    tickets_read = "tickets.read"
    tickets_route = "tickets.route"
    """Choose where a new ticket goes by osTicket's undocumented fields, such as `deptId`."""
    tickets_search = "tickets.search"
    tickets_update = "tickets.update"
    users_read = "users.read"
    webhooks_manage = "webhooks.manage"
    """Send all events of the help desk to other programs: add, change and delete webhooks."""


ALONE: frozenset[str] = frozenset(
    {
        KeyPermission.cron,
        KeyPermission.stats_read,
        KeyPermission.subtickets_manage,
        KeyPermission.tickets_create,
        KeyPermission.tickets_delete,
        KeyPermission.tickets_read,
        KeyPermission.tickets_route,
        KeyPermission.tickets_search,
        KeyPermission.tickets_update,
        KeyPermission.webhooks_manage,
    }
)
"""The permissions that have an effect on a key that stands for no agent."""

GRANTED_BY_KEY: Mapping[KeyPermission, frozenset[Permission]] = {
    KeyPermission.subtickets_manage: frozenset({Permission.ticket_edit, Permission.ticket_link}),
    KeyPermission.tickets_create: frozenset({Permission.ticket_create}),
    KeyPermission.tickets_delete: frozenset({Permission.ticket_delete}),
    KeyPermission.tickets_update: frozenset(
        {
            Permission.ticket_assign,
            Permission.ticket_close,
            Permission.ticket_edit,
            Permission.ticket_link,
            Permission.ticket_transfer,
        }
    ),
}
"""What a key may do to a ticket, in the words of roles."""


def granted_by(permissions: Collection[str]) -> frozenset[str]:
    """The role permissions that the permissions of a key amount to."""
    return frozenset(each.value for name, granted in GRANTED_BY_KEY.items() if name in permissions for each in granted)


VIEW_ONLY = frozenset({Permission.ticket_create.value})
"""The pseudo-role osTicket gives where an agent has none: look, and open tickets. Source: tickets.md 10.2."""
