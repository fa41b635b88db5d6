"""The built-in forms with their fields, and the list of ticket statuses.

The flags of a field say who sees, edits and must fill it, and what an administrator may change (people.md 5.10).
"""

from typing import Any

from osticket_api.db import tables as t
from osticket_api.embedded.new_desk import NewDesk
from osticket_api.embedded.rows import Plan, rows
from osticket_api.kit import php_json

CONTACT, TICKET, COMPANY, ORGANIZATION, TASK = 1, 2, 3, 4, 5
SUBJECT, PRIORITY, TASK_TITLE = 20, 22, 32

OPTIONAL = 0x3301
REQUIRED = 0x7701
INTERNAL = 0x3001
_STORED_OUTSIDE = 0x777B3
_COMPANY_FACT = 0x43111


def _set(**options: Any) -> str:
    return php_json.encode(options)


_FIELDS = rows(
    "id form_id sort name type label flags configuration",
    (1, CONTACT, 1, "email", "text", "Email Address", _STORED_OUTSIDE, _set(size=40, length=64, validator="email")),
    (2, CONTACT, 2, "name", "text", "Full Name", _STORED_OUTSIDE, _set(size=40, length=64)),
    (3, CONTACT, 3, "phone", "phone", "Phone Number", OPTIONAL, None),
    (4, CONTACT, 4, "notes", "memo", "Internal Notes", INTERNAL, _set(rows=4, cols=40)),
    (SUBJECT, TICKET, 1, "subject", "text", "Issue Summary", 0x77731, _set(size=40, length=50)),
    (21, TICKET, 2, "message", "thread", "Issue Details", 0x75523, None),
    (PRIORITY, TICKET, 3, "priority", "priority", "Priority Level", 0x430B1, None),
    (23, COMPANY, 1, "name", "text", "Company Name", 0x471B1, _set(size=40, length=64)),
    (24, COMPANY, 2, "website", "text", "Website", _COMPANY_FACT, _set(size=40, length=64)),
    (25, COMPANY, 3, "phone", "phone", "Phone Number", _COMPANY_FACT, _set(ext=False)),
    (26, COMPANY, 4, "address", "memo", "Address", 0x3101, _set(rows=2, cols=40, html=False, length=100)),
    (27, ORGANIZATION, 1, "name", "text", "Name", _STORED_OUTSIDE, _set(size=40, length=64)),
    (28, ORGANIZATION, 2, "address", "memo", "Address", OPTIONAL, _set(rows=2, cols=40, length=100, html=False)),
    (29, ORGANIZATION, 3, "phone", "phone", "Phone", OPTIONAL, None),
    (30, ORGANIZATION, 4, "website", "text", "Website", OPTIONAL, _set(size=40, length=0)),
    (31, ORGANIZATION, 5, "notes", "memo", "Internal Notes", INTERNAL, _set(rows=4, cols=40)),
    (TASK_TITLE, TASK, 1, "title", "text", "Title", 0x770B1, _set(size=40, length=50)),
    (33, TASK, 2, "description", "thread", "Description", 0x650F3, None),
    (34, 6, 1, "state", "state", "State", 0x770F1, _set(prompt="What becomes of the ticket")),
    (35, 6, 3, "description", "memo", "Description", 0x73021, _set(rows="2", cols="40", html="", length="100")),
)


def plan(desk: NewDesk) -> Plan:
    """Source: tickets.md Appendix C, people.md 5.9, 5.10."""
    yield (
        t.form,
        rows(
            "id type flags title",
            (CONTACT, "U", 1, "Contact Information"),
            (TICKET, "T", 1, "Ticket Details"),
            (COMPANY, "C", 1, "Company Information"),
            (ORGANIZATION, "O", 1, "Organization Information"),
            (TASK, "A", 1, "Task Details"),
            (6, "L1", 0, "Ticket Status Properties"),
        ),
    )
    yield t.form_field, _FIELDS
    yield (
        t.list_,
        rows(
            "id name name_plural sort_mode masks type configuration",
            (1, "Ticket Status", "Ticket Statuses", "SortCol", 13, "ticket-status", _set(handler="TicketStatusList")),
        ),
    )
    yield t.form_entry, rows("id form_id object_type", (1, COMPANY, "C"))
    yield (
        t.form_entry_values,
        rows("entry_id field_id value", (1, 23, desk.title), (1, 24, None), (1, 25, None), (1, 26, None)),
    )
