"""Public interface of ban list for the rest of the application."""

from osticket_api.features.ban_list.service import NAME, is_banned

__all__ = ["NAME", "is_banned"]
