"""Public interface of the tickets of a user for the rest of the application."""

from osticket_api.features.user_tickets.service import delete_with_tickets

__all__ = ["delete_with_tickets"]
