"""System addresses, the templates of the mails that leave, and the ban list.

`%{…}` are osTicket's variables: tickets.md 13.1.
"""

from osticket_api.db import tables as t
from osticket_api.embedded.new_desk import NewDesk
from osticket_api.embedded.rows import Plan, rows

_GREETING = "<p>Hello %{recipient.name.first},</p>"
_TO_USER = (
    '<p>You can follow it at <a href="%{recipient.ticket_link}">ticket %{ticket.number}</a>.</p><p>%{signature}</p>'
)
_TO_STAFF = '<p><a href="%{ticket.staff_link}">Open ticket %{ticket.number}</a></p>'
_TO_TASK = '<p><a href="%{task.staff_link}">Open task %{task.number}</a></p>'
_ABOUT = "%{ticket.subject} [#%{ticket.number}]"
"""The number in brackets is how an answer finds its ticket."""
_QUOTED = "<blockquote>%{message}</blockquote>"

_TEMPLATES = (
    ("ticket.autoresp", f"{_ABOUT}", "<p>We have received your request and will answer it.</p>", _TO_USER),
    ("ticket.autoreply", f"Re: {_ABOUT}", "<div>%{response}</div>", _TO_USER),
    ("message.autoresp", f"Re: {_ABOUT}", "<p>Your message has been added to the ticket.</p>", _TO_USER),
    ("ticket.notice", f"{_ABOUT}", f"<p>We have opened a ticket for you:</p>{_QUOTED}", _TO_USER),
    (
        "ticket.overlimit",
        "No further ticket was opened",
        "<p>You have as many open tickets as one person may have. Please add to one of them.</p>",
        "<p>%{signature}</p>",
    ),
    ("ticket.reply", f"Re: {_ABOUT}", "<div>%{response}</div>", _TO_USER),
    ("ticket.activity.notice", f"Re: {_ABOUT}", f"<p>%{{poster.name}} wrote:</p>{_QUOTED}", _TO_USER),
    ("ticket.alert", f"New: {_ABOUT}", f"<p>%{{ticket.name}} asks:</p>{_QUOTED}", _TO_STAFF),
    ("message.alert", f"Message: {_ABOUT}", f"<p>%{{poster.name}} wrote:</p>{_QUOTED}", _TO_STAFF),
    ("note.alert", f"%{{activity}}: {_ABOUT}", "<p>%{note.poster} wrote:</p><div>%{note.body}</div>", _TO_STAFF),
    (
        "assigned.alert",
        f"Yours: {_ABOUT}",
        "<p>%{assigner.name.short} gave it to %{assignee.name}.</p><div>%{comments}</div>",
        _TO_STAFF,
    ),
    (
        "transfer.alert",
        f"Moved: {_ABOUT}",
        "<p>%{staff.name.short} moved it to %{ticket.dept.name}.</p><div>%{comments}</div>",
        _TO_STAFF,
    ),
    ("ticket.overdue", f"Late: {_ABOUT}", "<p>It was due on %{ticket.due_date}.</p>", _TO_STAFF),
    ("task.alert", "New task: %{task.title}", "<div>%{task.description}</div>", _TO_TASK),
    ("task.activity.notice", "Task %{task.number}: %{task.title}", "<div>%{message}</div>", "<p>%{signature}</p>"),
    ("task.activity.alert", "Task %{task.number}: %{activity.title}", "<div>%{message}</div>", _TO_TASK),
    (
        "task.assignment.alert",
        "Your task: %{task.title}",
        "<p>From %{assigner.name.short}:</p><div>%{comments}</div>",
        _TO_TASK,
    ),
    ("task.transfer.alert", "Task moved: %{task.title}", "<p>It is with %{task.dept.name} now.</p>", _TO_TASK),
    ("task.overdue.alert", "Late task: %{task.title}", "<p>It was due on %{task.due_date}.</p>", _TO_TASK),
)

_TO_NOBODY = ("ticket.overlimit",)
"""Templates that osTicket gives no recipient to greet."""

DEFAULT_TEMPLATES = {
    name: (subject, ("" if name in _TO_NOBODY else _GREETING) + body + end) for name, subject, body, end in _TEMPLATES
}
"""Subject and body by code name."""


def plan(desk: NewDesk) -> Plan:
    """Source: tickets.md 13.1, Appendix C."""
    support, alerts, noreply = desk.mailboxes
    yield (
        t.email,
        rows(
            "email_id dept_id name email",
            (1, 1, "Support", support),
            (2, 1, "Help Desk Alerts", alerts),
            (3, 1, "", noreply),
        ),
    )
    yield t.email_template_group, rows("tpl_id isactive name", (1, True, "Default templates"))
    yield (
        t.email_template,
        rows(
            "tpl_id code_name subject body",
            *((1, name, *text) for name, text in DEFAULT_TEMPLATES.items()),
        ),
    )
    yield t.filter_, rows("id name target", (1, "SYSTEM BAN LIST", "Email"))
    yield t.filter_rule, rows("filter_id what how val", (1, "email", "equal", "test@example.com"))
    yield t.filter_action, rows("filter_id sort type configuration", (1, 1, "reject", "[]"))
