"""What a ticket refers to: statuses, priorities, help topics, numbers, events."""

from typing import Any

from osticket_api.db import tables as t
from osticket_api.embedded.new_desk import NewDesk
from osticket_api.embedded.rows import Plan, rows
from osticket_api.kit import php_json

_EVENTS = """
    created closed reopened assigned released transferred referred overdue edited viewed error collab resent deleted
    merged unlinked linked login logout message note
"""
EVENT_IDS = {name: number for number, name in enumerate(_EVENTS.split(), start=1)}

NOTHING_HIDDEN = php_json.encode({"disable": []})
"""`extra` of a topic's form, and of the answers given to it: no field is left out."""


def plan(desk: NewDesk) -> Plan:
    """Source: tickets.md Appendix A and C, people.md 5.1, 5.4, 5.5."""
    yield t.event, rows("name id", *EVENT_IDS.items())
    yield (
        t.ticket_status,
        rows(
            "id name state mode sort properties",
            (1, "Open", "open", 3, 1, _described("Somebody has to work on it.")),
            (2, "Resolved", "closed", 1, 2, _reopenable("Answered; the user may come back to it.")),
            (3, "Closed", "closed", 3, 3, _reopenable("Done.")),
            (4, "Archived", "archived", 3, 4, _described("Kept for the record, out of every list.")),
            (5, "Deleted", "deleted", 3, 5, _described("About to be removed for good.")),
        ),
    )
    yield (
        t.ticket_priority,
        rows(
            "priority_id priority priority_desc priority_color priority_urgency",
            (1, "low", "Low", "#DDFFDD", 4),
            (2, "normal", "Normal", "#FFFFF0", 3),
            (3, "high", "High", "#FEE7E7", 2),
            (4, "emergency", "Emergency", "#FEE7E7", 1),
        ),
    )
    yield (
        t.help_topic,
        rows(
            "topic_id topic_pid topic flags sort priority_id dept_id sla_id",
            (1, 0, "General Inquiry", 2, 2, 2, None, None),
            (2, 0, "Feedback", 2, 1, 1, None, None),
            (10, 0, "Report a Problem", 2, 3, 2, 3, None),
            (11, 10, "Access Issue", 2, 4, 3, None, 1),
        ),
    )
    yield (
        t.help_topic_form,
        rows("topic_id form_id extra", *((topic, 2, NOTHING_HIDDEN) for topic in (1, 2, 10, 11))),
    )
    yield t.sequence, rows("id name flags", (1, "General Tickets", 1), (2, "Tasks Sequence", 1))


def _described(description: str, **properties: Any) -> str:
    return php_json.encode({**properties, "description": description})


def _reopenable(description: str) -> str:
    return _described(description, allowreopen=True, reopenstatus=0)
