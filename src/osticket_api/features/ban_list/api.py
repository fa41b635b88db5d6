"""What the rest of the application may use of ban list."""

from osticket_api.features.ban_list.service import NAME, is_banned

__all__ = ["NAME", "is_banned"]
