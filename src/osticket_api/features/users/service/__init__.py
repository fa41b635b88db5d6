"""What other features may use of users."""

from osticket_api.features.users.service.known import KnownUser, create_user, find_user, organization_of
from osticket_api.features.users.service.visible import is_contact, keeps_people, visible_users

__all__ = ["KnownUser", "create_user", "find_user", "is_contact", "keeps_people", "organization_of", "visible_users"]
