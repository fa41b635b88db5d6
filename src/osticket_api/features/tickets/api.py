"""Public interface of tickets for the rest of the application."""

from osticket_api.features.tickets import reference
from osticket_api.features.tickets.choices import agents_who_see, assignable_agents
from osticket_api.features.tickets.columns import one_per_ticket, select_tickets, subject_and_priority, with_cdata
from osticket_api.features.tickets.deleted_numbers import was_deleted
from osticket_api.features.tickets.detail import get_detail
from osticket_api.features.tickets.filters import TicketQuery, TicketsConcerned, all_statuses, concerned, field_names
from osticket_api.features.tickets.lists import list_in_order, list_tickets
from osticket_api.features.tickets.paging import sort_columns, urgency
from osticket_api.features.tickets.read_marks import clear_marks_of_deleted, is_unread
from osticket_api.features.tickets.reference import TicketRef, missing, named
from osticket_api.features.tickets.relations import find_parent, hold, is_merged_child
from osticket_api.features.tickets.responses import StatusRef, TicketDetail, TicketSummary
from osticket_api.features.tickets.service import properties
from osticket_api.features.tickets.service.assignees import Assignee, accepts, choose_assignee, get_assignee
from osticket_api.features.tickets.service.comments import add_note, tell_of_note
from osticket_api.features.tickets.service.create import create_ticket
from osticket_api.features.tickets.service.delete import delete_ticket
from osticket_api.features.tickets.service.denials import LeadsElsewhere, OpenTicketLimit, TicketDenied
from osticket_api.features.tickets.service.departments import get_department
from osticket_api.features.tickets.service.drafts import discard_draft
from osticket_api.features.tickets.service.edit import answer_change, save_answers
from osticket_api.features.tickets.service.link import link_child, unlink_child
from osticket_api.features.tickets.service.names import department_name, shown_staff_name, staff_name
from osticket_api.features.tickets.service.new_ticket import NewTicket, ReplyAddress
from osticket_api.features.tickets.service.overdue import sweep_overdue
from osticket_api.features.tickets.service.posted import Posted
from osticket_api.features.tickets.service.referrals import add_referral
from osticket_api.features.tickets.service.status import get_status, is_reopenable, reopen
from osticket_api.features.tickets.state import TicketState, get_ticket, load_ticket, refresh_index, save

__all__ = [
    "Assignee",
    "LeadsElsewhere",
    "NewTicket",
    "OpenTicketLimit",
    "Posted",
    "ReplyAddress",
    "StatusRef",
    "TicketDenied",
    "TicketDetail",
    "TicketQuery",
    "TicketRef",
    "TicketState",
    "TicketSummary",
    "TicketsConcerned",
    "accepts",
    "add_note",
    "add_referral",
    "agents_who_see",
    "all_statuses",
    "answer_change",
    "assignable_agents",
    "choose_assignee",
    "clear_marks_of_deleted",
    "concerned",
    "create_ticket",
    "delete_ticket",
    "department_name",
    "discard_draft",
    "field_names",
    "find_parent",
    "get_assignee",
    "get_department",
    "get_detail",
    "get_status",
    "get_ticket",
    "hold",
    "is_merged_child",
    "is_reopenable",
    "is_unread",
    "link_child",
    "list_in_order",
    "list_tickets",
    "load_ticket",
    "missing",
    "named",
    "one_per_ticket",
    "properties",
    "reference",
    "refresh_index",
    "reopen",
    "save",
    "save_answers",
    "select_tickets",
    "shown_staff_name",
    "sort_columns",
    "staff_name",
    "subject_and_priority",
    "sweep_overdue",
    "tell_of_note",
    "unlink_child",
    "urgency",
    "was_deleted",
    "with_cdata",
]
