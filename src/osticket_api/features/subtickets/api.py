"""Public interface of subtickets for the rest of the application."""

from osticket_api.features.subtickets.availability import Mode, is_available
from osticket_api.features.subtickets.queries import TicketBrief, find_parent, find_ticket, list_children
from osticket_api.features.subtickets.service import link, unlink

__all__ = ["Mode", "TicketBrief", "find_parent", "find_ticket", "is_available", "link", "list_children", "unlink"]
