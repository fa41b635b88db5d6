"""Public interface of staff for the rest of the application."""

from osticket_api.features.staff.queries import get_staff, list_staff
from osticket_api.features.staff.requests import StaffCreate
from osticket_api.features.staff.responses import StaffDetail, StaffSummary
from osticket_api.features.staff.service import agent, full_name
from osticket_api.features.staff.service.assignments import free_assignments
from osticket_api.features.staff.service.create import add_vouched_for
from osticket_api.features.staff.service.edit import place
from osticket_api.features.staff.service.passwords import set_password

__all__ = [
    "StaffCreate",
    "StaffDetail",
    "StaffSummary",
    "add_vouched_for",
    "agent",
    "free_assignments",
    "full_name",
    "get_staff",
    "list_staff",
    "place",
    "set_password",
]
