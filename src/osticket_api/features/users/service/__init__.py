"""Public interface of users for the rest of the application."""

from osticket_api.features.users.service.known import (
    KnownUser,
    create_user,
    find_named_user,
    find_user,
    organization_of,
)

__all__ = ["KnownUser", "create_user", "find_named_user", "find_user", "organization_of"]
