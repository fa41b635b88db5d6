"""What the rest of the application may use of the tickets of a user."""

from osticket_api.features.user_tickets.service import delete_with_tickets

__all__ = ["delete_with_tickets"]
