"""All kinds of occasions, and how people are told of each."""

from collections.abc import Mapping
from typing import Final

from osticket_api.mail.occasions.activity import tell_of_note
from osticket_api.mail.occasions.filters import tell_of_filter
from osticket_api.mail.occasions.messages import tell_of_message
from osticket_api.mail.occasions.moving import tell_of_assignment, tell_of_overdue, tell_of_transfer
from osticket_api.mail.occasions.opening import tell_of_new_ticket
from osticket_api.mail.occasions.pages import tell_administrator, tell_by_page, tell_of_access
from osticket_api.mail.occasions.replying import tell_again, tell_of_opening_by_agent, tell_of_reply
from osticket_api.mail.occasions.tasks import (
    tell_of_new_task,
    tell_of_task_assignment,
    tell_of_task_message,
    tell_of_task_note,
    tell_of_task_reply,
    tell_of_task_transfer,
)
from osticket_api.mail.occasions.telling import Tell

KINDS: Final[Mapping[str, Tell]] = {
    "ticket.created": tell_of_new_ticket,
    "ticket.opened_by_agent": tell_of_opening_by_agent,
    "ticket.replied": tell_of_reply,
    "ticket.sent_again": tell_again,
    "ticket.message": tell_of_message,
    "ticket.note": tell_of_note,
    "ticket.assigned": tell_of_assignment,
    "ticket.transferred": tell_of_transfer,
    "ticket.overdue": tell_of_overdue,
    "ticket.access_link": tell_of_access,
    "task.created": tell_of_new_task,
    "task.assigned": tell_of_task_assignment,
    "task.transferred": tell_of_task_transfer,
    "task.note": tell_of_task_note,
    "task.message": tell_of_task_message,
    "task.replied": tell_of_task_reply,
    "filter.mail": tell_of_filter,
    "page": tell_by_page,
    "administrator": tell_administrator,
}
