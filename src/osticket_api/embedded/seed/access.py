"""Roles, departments, teams, and the first administrator."""

from osticket_api.db import tables as t
from osticket_api.embedded.new_desk import NewDesk, password_hash
from osticket_api.embedded.rows import Plan, Rows, rows
from osticket_api.kit import php_json

_LIMITED = """
    ticket.assign ticket.create ticket.link ticket.merge ticket.refer ticket.release ticket.reply ticket.transfer
    task.assign task.create task.reply task.transfer
"""
_EXPANDED = f"{_LIMITED} ticket.close ticket.edit task.close task.edit canned.manage"
_ALL = f"{_EXPANDED} ticket.delete ticket.markanswered thread.edit task.delete"

AGENT_PERMISSIONS = """
    user.create user.delete user.edit user.manage user.dir org.create org.delete org.edit faq.manage
    visibility.agents visibility.departments emails.banlist
"""
"""What the first administrator may do everywhere; `search.all` and `stats.agents` are given on purpose only."""


def grant(keys: str) -> str:
    """Permission keys as osTicket stores them."""
    return php_json.encode(dict.fromkeys(keys.split(), 1))


def plan(desk: NewDesk) -> Plan:
    """Source: tickets.md Appendix C, people.md 3.1, 3.5, 4.1.

    osTicket's own "Limited Access" lacks `ticket.reply` and `task.create` through a slip in its seed; here it has both.
    """
    yield (
        t.role,
        rows(
            "id name permissions",
            (1, "All Access", grant(_ALL)),
            (2, "Expanded Access", grant(_EXPANDED)),
            (3, "Limited Access", grant(_LIMITED)),
            (4, "View only", None),
        ),
    )
    yield (
        t.department,
        rows(
            "id name sla_id flags group_membership message_auto_response path",
            (1, "Support", None, 4, 1, True, "/1/"),
            (2, "Sales", 1, 4, 1, True, "/2/"),
            (3, "Maintenance", None, 4, 0, True, "/3/"),
        ),
    )
    yield t.team, rows("team_id name", (1, "Level I Support"))
    yield t.staff, _administrator(desk)
    yield t.staff_dept_access, rows("staff_id dept_id role_id", (1, 2, 1), (1, 3, 1))


def _administrator(desk: NewDesk) -> Rows:
    person = {
        "staff_id": 1,
        "dept_id": 1,
        "role_id": 1,
        "username": desk.admin_username,
        "firstname": desk.admin_firstname,
        "lastname": desk.admin_lastname,
        "email": desk.admin_email,
        "passwd": password_hash(desk.admin_password),
        "isadmin": True,
        "max_page_size": 25,
        "permissions": grant(AGENT_PERMISSIONS),
    }
    return [person]
